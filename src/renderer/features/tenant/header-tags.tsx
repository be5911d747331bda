import { Badge } from '@mantine/core'

interface HeaderTagsProps {
  readonly tags: readonly string[]
  /** How many are shown by their word. */
  readonly most: number
}

/** The first tags of a tenant, and how many more there are. */
export function HeaderTags({ tags, most }: HeaderTagsProps) {
  const more = tags.slice(most)
  return (
    <>
      {tags.slice(0, most).map((tag) => (
        <Badge key={tag} color="gray" maw={140} flex="none">
          {tag}
        </Badge>
      ))}
      {more.length > 0 && (
        <Badge color="gray" flex="none" title={more.join(', ')}>
          {most === 0 ? (more.length === 1 ? '1 tag' : `${more.length} tags`) : `${more.length} more`}
        </Badge>
      )}
    </>
  )
}
