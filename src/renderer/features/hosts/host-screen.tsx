import { Alert, Badge, Button, Group, Text, Title } from '@mantine/core'
import { TriangleAlert } from 'lucide-react'
import { useCallback } from 'react'
import { Link } from 'wouter'
import type { HostStatus } from '../../../contract/panel.ts'
import { nameTrouble } from '../../rpc/host-trouble.ts'
import { useLive } from '../../rpc/live-context.tsx'
import type { LiveState } from '../../rpc/live-state.ts'
import { Empty } from '../../ui/empty.tsx'
import { renderMoment } from '../../ui/quantities.ts'
import { Screen } from '../../ui/screen.tsx'
import { WithCode } from '../../ui/with-code.tsx'
import { CheckList } from './check-list.tsx'
import { ConnectionState } from './connection-state.tsx'
import { describeMode, describeTarget, renderCheckBasis } from './describe-host.ts'
import { HostFigures, useHostFacts } from './host-figures.tsx'
import { HostMenu } from './host-menu.tsx'
import styles from './hosts.module.css'
import { PendingBanner } from './pending-banner.tsx'
import { PutBackBanner } from './put-back-banner.tsx'
import { ServerBanner } from './server-banner.tsx'
import { TrustButton } from './trust-host.tsx'
import { describeUnreached, isLocked, UnlockHost } from './unlock-host.tsx'
import { type Check, useCheck } from './use-check.ts'

/** One host: what it bears, what it is, and whether all is in place. */
export function HostScreen({ id }: { readonly id: string }) {
  const host = useLive(useCallback(({ hosts }: LiveState) => hosts.find((each) => each.id === id), [id]))
  const loaded = useLive(isLoaded)
  if (host === undefined) {
    return (
      <Screen title="Host">
        {loaded ? (
          <Empty
            title="This host is not here any more"
            action={
              <Button component={Link} href="/hosts" variant="default">
                All hosts
              </Button>
            }
          />
        ) : (
          <Text className="quiet">Reading.</Text>
        )}
      </Screen>
    )
  }
  return <KnownHost host={host} />
}

/**
 * Subjects of lines that preparing does not settle: the first two are choices, closings go on by themselves, and of the
 * others each line says what to do there.
 */
const notByPreparing: readonly string[] = [
  ...['Server', 'History', 'Closings', 'System', 'Limits', 'Isolation', 'Listeners', 'Redirects'],
]

/** Whether preparing may put right what was found. */
function mayPrepare({ lines, end }: Check): boolean {
  if (end.kind !== 'checked' || end.ready) return false
  return lines.some(
    ({ subject, verdict }) =>
      verdict === 'missing' || (verdict === 'bad' && !notByPreparing.includes(subject)),
  )
}

const isLoaded = ({ loaded }: LiveState): boolean => loaded

function KnownHost({ host }: { readonly host: HostStatus }) {
  const { name, connection, target, modeReason, isDefault, portRange, createdAt } = host
  const facts = useHostFacts(name, connection === 'connected')
  const [check, checkAgain] = useCheck(name, renderCheckBasis(host))
  return (
    <Screen
      wide
      title={name}
      beside={
        <Group gap="sm" wrap="nowrap">
          <ConnectionState host={host} />
          {isDefault && <Badge color="gray">Default</Badge>}
        </Group>
      }
      actions={
        <>
          <Button component={Link} href={`/tenants?host=${encodeURIComponent(name)}`} variant="default">
            {host.tenants === 1 ? '1 tenant' : `${host.tenants.toLocaleString('en')} tenants`}
          </Button>
          <HostMenu host={host} />
        </>
      }
    >
      <ServerBanner host={host} />
      <PutBackBanner host={host} />
      <PendingBanner host={host} />
      <div className={styles.panels}>
        <section className={styles.panel} aria-label="Capacity">
          {nameTrouble(host) !== '' && (
            <Alert color="yellow" role="alert" mb="sm" icon={<TriangleAlert size={16} aria-hidden />}>
              <Group gap="sm">
                <span>
                  {/* The check below says why, with what to do. */}
                  {check.end.kind === 'failed' && !isLocked(host) ? (
                    `${name} is not reached.`
                  ) : (
                    <WithCode text={describeUnreached(host)} />
                  )}{' '}
                  {connection === 'unreachable' &&
                    facts.data !== undefined &&
                    'What stands here is how it was last seen.'}
                </span>
                <UnlockHost host={host} />
                <TrustButton host={host} />
              </Group>
            </Alert>
          )}
          <HostFigures facts={facts.data} />
          {facts.data !== undefined && (
            <Text size="xs" className="quiet" mt="xs">
              Seen {renderMoment(facts.data.observedAt)}. {facts.data.connection}
            </Text>
          )}
        </section>
        <section className={styles.panel} aria-labelledby="host-facts">
          <Title order={2} id="host-facts" mb="xs">
            How it is used
          </Title>
          <dl className={styles.figures}>
            <div>
              <dt>Reached by</dt>
              <dd className="code">{describeTarget(target)}</dd>
            </div>
            <div>
              <dt>Access</dt>
              <dd>
                {describeMode(host)}
                {modeReason !== '' && <div className="quiet">{modeReason}</div>}
              </dd>
            </div>
            <div>
              <dt>Ports for tenants</dt>
              <dd>
                {portRange.from}–{portRange.to}
              </dd>
            </div>
            <div>
              <dt>Added</dt>
              <dd>{renderMoment(createdAt)}</dd>
            </div>
          </dl>
        </section>
        <section className={styles.panel} aria-labelledby="host-check">
          <Group justify="space-between" mb="xs">
            <Title order={2} id="host-check">
              Check
            </Title>
            <Group gap="xs">
              {mayPrepare(check) && (
                <Button component={Link} href={`/hosts/${host.id}/set-up`}>
                  Prepare
                </Button>
              )}
              <Button variant="default" onClick={checkAgain} disabled={check.end.kind === 'checking'}>
                Check again
              </Button>
            </Group>
          </Group>
          {isLocked(host) ? (
            <Text className="quiet">Nothing can be checked until its key is unlocked.</Text>
          ) : (
            <CheckList check={check} onRetry={checkAgain} />
          )}
        </section>
      </div>
    </Screen>
  )
}
