/** Startup files that shells read also where nobody sits at a terminal, by the shell's name. */
const files: Readonly<Record<string, string>> = {
  bash: '~/.bashrc',
  zsh: '~/.zshenv',
  fish: '~/.config/fish/config.fish',
  csh: '~/.cshrc',
  tcsh: '~/.tcshrc or ~/.cshrc',
}

/** Of shells that read none of their own, and where the shell is not known. */
const anyFile = '~/.bashrc, for zsh ~/.zshenv, for tcsh ~/.tcshrc'

/**
 * The file of a login to look at, as words.
 * @param shell its path, as in /etc/passwd; null: not known
 */
export function nameStartupFile(shell: string | null): string {
  return files[shell?.split('/').at(-1) ?? ''] ?? anyFile
}
