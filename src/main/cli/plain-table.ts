import type { TableConstructorOptions } from 'cli-table3'

/** Columns apart by two spaces, without lines and colours, so that the text can be piped and copied. */
export const plainTable: TableConstructorOptions = {
  chars: {
    ...{
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
    },
    ...{
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
  },
  style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
}

/**
 * The rows of such a table without the spaces at their ends: beside one long sentence they would make every other row as
 * long, and a terminal would show each as several empty lines.
 */
export const renderRows = (table: { toString(): string }): string => table.toString().replace(/ +$/gm, '')
