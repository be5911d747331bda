import script from 'axe-core/axe.min.js?raw'
import type { CDPSession, Page } from 'playwright-core'

/** One rule that elements of a screen break. */
export interface Violation {
  readonly id: string
  readonly impact: string
  readonly help: string
  /** The markup of each, with what is wrong. */
  readonly nodes: readonly string[]
}

/** The script for the page. Only violations that stop people count: axe calls them serious and critical. */
const look = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
  violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, impact, help, nodes }) => ({
      id, impact, help, nodes: nodes.map(({ html, failureSummary }) => html.slice(0, 300) + ' ' + failureSummary),
    })))`

/**
 * Lets axe-core look at the page as it is. It runs in a world of its own beside the page's, so that nothing of the page's
 * policy has to be switched off for it.
 */
export async function findViolations(page: Page): Promise<readonly Violation[]> {
  const session = await page.context().newCDPSession(page)
  try {
    const contextId = await openWorld(session)
    await evaluate(session, contextId, script)
    return (await evaluate(session, contextId, look)) as readonly Violation[]
  } finally {
    await session.detach()
  }
}

async function openWorld(session: CDPSession): Promise<number> {
  const { frameTree } = await session.send('Page.getFrameTree')
  const { executionContextId } = await session.send('Page.createIsolatedWorld', {
    ...{ frameId: frameTree.frame.id, worldName: 'axe' },
  })
  return executionContextId
}

async function evaluate(session: CDPSession, contextId: number, expression: string): Promise<unknown> {
  const options = { expression, contextId, awaitPromise: true, returnByValue: true }
  const { result, exceptionDetails } = await session.send('Runtime.evaluate', options)
  if (exceptionDetails !== undefined)
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
  return result.value as unknown
}
