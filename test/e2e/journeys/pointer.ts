import type { Page } from 'playwright-core'
import { type Control, type Driver, findControl, findField, findRow, type Place } from './driver.ts'

/** By pointer: everything is pressed where it is seen. */
export function usePointer(page: Page): Driver {
  const press = async (control: Control): Promise<void> => (await findControl(page, control)).click()
  const goTo = (place: Place): Promise<void> =>
    page.getByRole('navigation', { name: 'Main' }).getByText(place, { exact: true }).click()
  return {
    page,
    goTo,
    press,
    fill: async (field, text) => (await findField(page, field)).fill(text),
    async openTenant(name) {
      await goTo('Tenants')
      await findRow(page, name).getByRole('link', { name, exact: true }).click()
    },
    async selectTenants(names) {
      await goTo('Tenants')
      for (const name of names) await findRow(page, name).getByRole('checkbox').click()
    },
  }
}
