import { RepositoryRuleset } from '@cdktf/provider-github/lib/repository-ruleset';
import { Construct } from 'constructs';

export interface DefaultBranchProps {
  readonly repository: string;
  readonly approvals: number;
  /** Names of checks that must have passed. */
  readonly checks: readonly string[];
}

/** What a change to the repository's default branch must have gone through. */
export class DefaultBranch extends Construct {
  constructor(scope: Construct, id: string, { repository, approvals, checks }: DefaultBranchProps) {
    super(scope, id);
    new RepositoryRuleset(this, 'Resource', {
      name: 'default-branch',
      repository,
      target: 'branch',
      enforcement: 'active',
      conditions: { refName: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
      rules: {
        deletion: true,
        nonFastForward: true,
        pullRequest: {
          requiredApprovingReviewCount: approvals,
          dismissStaleReviewsOnPush: true,
          requireLastPushApproval: approvals > 0,
        },
        requiredStatusChecks:
          checks.length === 0
            ? undefined
            : {
                requiredCheck: checks.map((context) => ({ context })),
                strictRequiredStatusChecksPolicy: true,
              },
      },
    });
  }
}
