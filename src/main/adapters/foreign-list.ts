import { z } from 'zod'

/**
 * As `z.array`, but it ends at the first that does not fit: zod would keep a complaint of each, which is gigabytes for a
 * million of them.
 * @param most more are not looked at
 */
export const listOf = <Element extends z.ZodType>(element: Element, most = Number.POSITIVE_INFINITY) =>
  z
    .custom<readonly unknown[]>((value) => Array.isArray(value) && value.length <= most)
    .transform((values, context) => {
      const fit: z.output<Element>[] = []
      for (const [at, value] of values.entries()) {
        const parsed = element.safeParse(value)
        if (!parsed.success) return refuse(context, at, parsed.error)
        fit.push(parsed.data)
      }
      return fit
    })

/** The same for `z.record` with any texts as keys. */
export const tableOf = <Value extends z.ZodType>(value: Value, most: number) =>
  tableUnread(most).transform((table, context) => {
    const fit: [string, z.output<Value>][] = []
    for (const [key, held] of Object.entries(table)) {
      const parsed = value.safeParse(held)
      if (!parsed.success) return refuse(context, key, parsed.error)
      fit.push([key, parsed.data])
    }
    return Object.fromEntries(fit)
  })

/** A table whose values nobody has looked at. */
export const tableUnread = (most: number) =>
  z.custom<Readonly<Record<string, unknown>>>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.keys(value).length <= most,
  )

function refuse(context: z.RefinementCtx, key: string | number, { issues: [first] }: z.ZodError): never {
  context.addIssue({ code: 'custom', path: [key, ...(first?.path ?? [])], message: first?.message ?? '' })
  return z.NEVER
}
