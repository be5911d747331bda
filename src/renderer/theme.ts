import {
  ActionIcon,
  Badge,
  Button,
  Collapse,
  createTheme,
  type MantineColorsTuple,
  Menu,
  Modal,
  Notification,
  NumberInput,
  PasswordInput,
  SegmentedControl,
  Select,
  Table,
  TagsInput,
  Text,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core'

/**
 * Deep water: the one colour that means "this is the thing to press". The last is written on the third where a pointer
 * rests, and passes 4.5 to 1 there.
 */
const harbor: MantineColorsTuple = [
  '#e6f6f8',
  '#d3e9ec',
  '#b0d8dd',
  '#76bac3',
  '#4fa6b1',
  '#379aa6',
  '#2694a2',
  '#167f8c',
  '#05707c',
  '#00606b',
]

/** The greys of the dark theme, a little blue, so that fields and surfaces belong together. */
const dark: MantineColorsTuple = [
  '#e3e7eb',
  '#c3cad1',
  '#98a4b0',
  '#75818d',
  '#3d464f',
  '#2b3138',
  '#22272d',
  '#1c2025',
  '#15181c',
  '#0f1215',
]

/** The usual red with darker fills: white letters on them pass 4.5 to 1 in both themes. */
const red: MantineColorsTuple = [
  '#fff5f5',
  '#ffe3e3',
  '#ffc9c9',
  '#ffa8a8',
  '#ff8787',
  '#ff6b6b',
  '#fa5252',
  '#e03131',
  '#d32c2c',
  '#c92a2a',
]

const compact = { defaultProps: { size: 'xs' } } as const

/** Dense and calm: small controls, one accent, no shadows where a line will do. */
export const theme = createTheme({
  primaryColor: 'harbor',
  // White letters on it pass 4.5 to 1 in both.
  primaryShade: { light: 9, dark: 7 },
  autoContrast: true,
  colors: { harbor, dark, red },
  defaultRadius: 'sm',
  respectReducedMotion: true,
  cursorType: 'pointer',
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace",
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '17px' }, h2: { fontSize: '14px' } } },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 'sm' } }),
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 500 } }),
    Button: Button.extend(compact),
    // An opened part is there at once, and as high as anything that comes into it later.
    Collapse: Collapse.extend({ defaultProps: { transitionDuration: 0 } }),
    // The placeholder is a child that menus must not have; without it the first item takes the focus.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    // Locking writes a style sheet that the page's policy refuses; the window itself never scrolls.
    Modal: Modal.extend({
      defaultProps: {
        ...{ centered: true, overlayProps: { opacity: 0.45 }, lockScroll: false },
        // A dialog that was answered is gone at once, and keys reach the screen behind it.
        transitionProps: { transition: 'fade-down', duration: 120, exitDuration: 0 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Put away' } } }),
    NumberInput: NumberInput.extend(compact),
    PasswordInput: PasswordInput.extend(compact),
    SegmentedControl: SegmentedControl.extend(compact),
    Select: Select.extend(compact),
    Table: Table.extend({ defaultProps: { verticalSpacing: 6, horizontalSpacing: 'sm' } }),
    TagsInput: TagsInput.extend(compact),
    Textarea: Textarea.extend(compact),
    Text: Text.extend({ defaultProps: { size: 'sm' } }),
    TextInput: TextInput.extend(compact),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, withArrow: true } }),
  },
})
