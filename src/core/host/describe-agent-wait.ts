/**
 * The word for those who wait while an SSH agent may be asking somebody.
 * @param agent the path of its socket
 * @param asked as an infinitive: `to sign with agent: ada@laptop`
 */
export const describeAgentWait = (host: string, agent: string, asked: string): string =>
  `Your SSH agent (${agent}) was asked ${asked.replace(' agent: ', ' ')} for host ${host} and has not answered yet. It is waited for: approve the key there, touch its token, or unlock the agent.`
