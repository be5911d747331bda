export const beingDeleted = 'being deleted'

/** The state of a tenant with which nothing else can be done now, for a sentence: `Tenant acme is being deleted`. */
export const describePhase = (phase: string): string => (phase === 'creating' ? 'being made' : beingDeleted)
