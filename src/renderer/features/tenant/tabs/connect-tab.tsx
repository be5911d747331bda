import { Tabs, Text } from '@mantine/core'
import { useSessionStorage } from '@mantine/hooks'
import { CopyWithLabel } from '../../../ui/copy.tsx'
import { FailureAlert } from '../../../ui/failure-alert.tsx'
import { TextBlock } from '../text-block.tsx'
import type { TenantDetails } from '../use-tenant-details.ts'
import tabs from './tabs.module.css'

/** How to use the cache from each language: complete text, ready to copy. */
export function ConnectTab({ details }: { readonly details: TenantDetails }) {
  const { data, error, refetch } = details
  const [chosen, choose] = useSessionStorage({
    key: 'tenant.language',
    defaultValue: '',
    getInitialValueInEffect: false,
  })
  if (error !== null) return <FailureAlert error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Text className="quiet">Writing the examples…</Text>
  const [first] = data.examples
  if (first === undefined) {
    return <Text className="quiet">There are examples as soon as the tenant has an address and a port.</Text>
  }
  const shown = data.examples.find(({ language }) => language === chosen) ?? first
  return (
    <Tabs
      value={shown.language}
      onChange={(language) => choose(language ?? '')}
      variant="pills"
      className={tabs.languages}
      keepMounted={false}
    >
      <Tabs.List aria-label="Language" className={tabs.languageList}>
        {data.examples.map(({ language }) => (
          <Tabs.Tab key={language} value={language}>
            {language}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {data.examples.map(({ language, library, code }) => (
        <Tabs.Panel key={language} value={language}>
          <div className={tabs.bar}>
            <Text size="xs" className="quiet">
              With {library}. Complete: it sets a value, reads it and prints it.
            </Text>
            <CopyWithLabel value={code} what="code" />
          </div>
          <TextBlock name={`Example in ${language}`} text={code} />
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
