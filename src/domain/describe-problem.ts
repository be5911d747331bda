import type { Problem, ProblemCode } from '../contract/problem.ts'
import { askedProblems } from '../core/problem/asked-problems.ts'
import { closingProblems } from '../core/problem/closing-problems.ts'
import { connectionProblems } from '../core/problem/connection-problems.ts'
import { dockerProblems } from '../core/problem/docker-problems.ts'
import { hostProblems } from '../core/problem/host-problems.ts'
import type { ProblemOf, ProblemText, Sentences } from '../core/problem/problem-text.ts'
import { programProblems } from '../core/problem/program-problems.ts'
import { registryProblems } from '../core/problem/registry-problems.ts'
import { sudoProblems } from '../core/problem/sudo-problems.ts'
import { tenantProblems } from '../core/problem/tenant-problems.ts'

/** Where a code has no sentence, the compiler names it. */
const sentences: Sentences = {
  ...askedProblems,
  ...connectionProblems,
  ...sudoProblems,
  ...dockerProblems,
  ...hostProblems,
  ...registryProblems,
  ...closingProblems,
  ...tenantProblems,
  ...programProblems,
}

/** The sentences for every problem. One place, so that the same thing is said in the same words everywhere. */
export function describeProblem(problem: Problem): ProblemText {
  return describe(problem)
}

function describe<Code extends ProblemCode>({ code, details }: ProblemOf<Code>): ProblemText {
  return sentences[code](details)
}
