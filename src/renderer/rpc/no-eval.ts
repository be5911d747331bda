import { config } from 'zod'

// Schemas would try, as they are made, whether code can be made out of text; the page's policy refuses and reports that.
// So this is imported before all that makes schemas.
config({ jitless: true })
