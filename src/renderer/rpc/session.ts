import { pagePaths, sessionSchema, tokenSchema } from '../../contract/page-session.ts'

/** Where this tab keeps its session; gone with the tab, and never sent by the browser on its own. */
const sessionKey = 'memharbor-session'

/** `#token=…`: what comes behind the # is not sent to any server. */
const tokenInLink = /^#token=([\w-]+)$/

/**
 * The session of this tab: the one for the token in its link; else the one it has had; else one for a token of another
 * tab that is in.
 * @returns undefined when there is none of these
 */
export async function findSession(): Promise<string | undefined> {
  const token = takeTokenFromLink()
  const fresh = token === undefined ? undefined : await redeem(token)
  return fresh ?? sessionStorage.getItem(sessionKey) ?? (await findSessionByOtherTab())
}

/** A session of another run of the program is good for nothing. */
export function forgetSession(): void {
  sessionStorage.removeItem(sessionKey)
}

/** A new link in the address of this tab changes only what is behind the #, which is no load: it gets one. */
export function followNewLinks(): void {
  window.addEventListener('hashchange', async ({ newURL }) => {
    // The router, which shows screens by the part behind the #, may have put another there already.
    const token = tokenInLink.exec(new URL(newURL).hash)?.[1]
    takeTokenFromLink()
    if (token !== undefined && (await redeem(token)) !== undefined) window.location.reload()
  })
}

/** Asks the other tabs for a token, and changes it for a session; undefined when no tab that is in answers. */
export async function findSessionByOtherTab(): Promise<string | undefined> {
  const token = await askOtherTabs()
  return token === undefined ? undefined : redeem(token)
}

/** Takes the token out of the address, so that it is in no history and no bookmark. */
function takeTokenFromLink(): string | undefined {
  const { hash, pathname, search } = window.location
  const token = tokenInLink.exec(hash)?.[1]
  if (token !== undefined) window.history.replaceState(null, '', `${pathname}${search}`)
  return token
}

async function redeem(token: string): Promise<string | undefined> {
  const answer = await post(pagePaths.session, { token })
  const session = sessionSchema.safeParse(answer).data?.session
  if (session !== undefined) sessionStorage.setItem(sessionKey, session)
  return session
}

/** Tabs of the same origin talk here: those that look for a token ask, those that are in give one. */
const channelName = 'memharbor-tabs'
const question = 'token?'

/** Milliseconds; a tab in the background answers more slowly. */
const patienceMs = 1_500

function askOtherTabs(): Promise<string | undefined> {
  return new Promise((resolve) => {
    const channel = new BroadcastChannel(channelName)
    const settle = (token: string | undefined): void => {
      clearTimeout(timer)
      channel.close()
      resolve(token)
    }
    const timer = setTimeout(settle, patienceMs, undefined)
    channel.addEventListener('message', ({ data }) => {
      const { token } = tokenSchema.safeParse(data).data ?? {}
      if (token !== undefined) settle(token)
    })
    channel.postMessage(question)
  })
}

/** Lets other tabs in, for as long as this one is open. */
export function answerOtherTabs(session: string): void {
  const channel = new BroadcastChannel(channelName)
  channel.addEventListener('message', ({ data }) => {
    if (data !== question) return
    void post(pagePaths.token, { session }).then((answer) => {
      const given = tokenSchema.safeParse(answer)
      if (given.success) channel.postMessage(given.data)
    })
  })
}

/** The answer as JSON, or undefined for anything but success. */
async function post(path: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  try {
    const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
    return response.ok ? await response.json() : undefined
  } catch {
    // Nobody listens any more; the socket will say so too.
    return undefined
  }
}
