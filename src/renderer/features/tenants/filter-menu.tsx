import { Button, Menu, ScrollArea, Text } from '@mantine/core'
import { ChevronDown } from 'lucide-react'
import { memo, useCallback, useMemo, useState } from 'react'
import type { Tenant } from '../../../contract/tenant.ts'
import { healthMarks } from '../../../contract/tenant-health.ts'
import { useStore } from '../../rpc/store.ts'
import { changeView, type TableView, useDesk } from './desk.tsx'
import { countChoices } from './filter-tenants.ts'
import { parseQuery, type TokenKind, toggleToken, withoutTokens } from './query.ts'
import styles from './tenants.module.css'

interface FilterMenuProps {
  readonly kind: TokenKind
  readonly title: string
  readonly tenants: readonly Tenant[]
}

const names: Readonly<Record<string, string>> = { anyone: 'Open to anyone', ...healthMarks }

/** Hosts and tags have the names that people gave them. */
function nameOf(kind: TokenKind, value: string): string {
  if (kind === 'host' || kind === 'tag') return value
  const name = names[value] ?? value
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
}

/**
 * The values that tenants have, each with how many; any of those chosen lets a tenant through. The choice lives in the
 * search text, of which a menu follows only its own part: a key in the search field draws no menu.
 */
export const FilterMenu = memo(function FilterMenu({ kind, title, tenants }: FilterMenuProps) {
  const desk = useDesk()
  const [opened, setOpened] = useState(false)
  const chosen = useStore(
    desk.view,
    useCallback(({ text }: TableView) => parseQuery(text).tokens[kind].join(separator), [kind]),
  )
    .split(separator)
    .filter(Boolean)
  const said =
    chosen.length === 0 ? title : `${title}: ${chosen.map((value) => nameOf(kind, value)).join(', ')}`
  return (
    <Menu
      opened={opened}
      onChange={setOpened}
      closeOnItemClick={false}
      position="bottom-start"
      width={240}
      returnFocus
    >
      <Menu.Target>
        <Button
          variant={chosen.length === 0 ? 'default' : 'light'}
          rightSection={<ChevronDown size={13} aria-hidden />}
          className={styles.filter}
          title={said}
        >
          {said}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {opened && (
          <Choices
            kind={kind}
            tenants={tenants}
            chosen={chosen}
            onToggle={(value) => changeView(desk, { text: toggleToken(desk.view.get().text, kind, value) })}
            onClear={() => changeView(desk, { text: withoutTokens(desk.view.get().text, kind) })}
          />
        )}
      </Menu.Dropdown>
    </Menu>
  )
})

/** A character that no value has in it. */
const separator = '\n'

interface ChoicesProps extends Omit<FilterMenuProps, 'title'> {
  readonly chosen: readonly string[]
  readonly onToggle: (value: string) => void
  readonly onClear: () => void
}

/** More than this is searched for and not read through. */
const mostShown = 100

function Choices({ kind, tenants, chosen, onToggle, onClear }: ChoicesProps) {
  const [part, setPart] = useState('')
  const choices = useMemo(() => countChoices(tenants, kind), [tenants, kind])
  const wanted = part.trim().toLowerCase()
  const found = choices.filter(({ value }) => nameOf(kind, value).toLowerCase().includes(wanted))
  const isChosen = (value: string): boolean => chosen.includes(value.normalize('NFC').toLowerCase())
  return (
    <>
      {choices.length > 8 && (
        <Menu.Search
          size="xs"
          aria-label="Find in this list"
          placeholder="Find"
          value={part}
          onChange={({ currentTarget }) => setPart(currentTarget.value)}
        />
      )}
      <ScrollArea.Autosize mah={320}>
        {found.slice(0, mostShown).map(({ value, count }) => (
          <Menu.CheckboxItem
            key={value}
            checked={isChosen(value)}
            rightSection={<Text className="figure">{count.toLocaleString('en')}</Text>}
            onChange={() => onToggle(value)}
          >
            {nameOf(kind, value)}
          </Menu.CheckboxItem>
        ))}
      </ScrollArea.Autosize>
      {found.length === 0 && (
        <Text className="quiet" px="sm" py={6}>
          {choices.length === 0 ? `No tenant has a ${kind} yet.` : 'Nothing is called that.'}
        </Text>
      )}
      {found.length > mostShown && (
        <Text className="quiet" px="sm" py={6}>
          {(found.length - mostShown).toLocaleString('en')} more: type a part of the name.
        </Text>
      )}
      {chosen.length > 0 && (
        <>
          <Menu.Divider />
          <Menu.Item onClick={onClear}>Clear this filter</Menu.Item>
        </>
      )}
    </>
  )
}
