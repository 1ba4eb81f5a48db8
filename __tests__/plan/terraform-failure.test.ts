import { readFailure } from '../../plan/terraform-failure';

test('a lock says who holds it, since when, and what to do', () => {
  const output = `staging  ╷
         │ Error: Error acquiring the state lock
         │
         │ Error message: operation error S3: PutObject, https response error
         │ StatusCode: 412, RequestID: tx3323fd42, HostID: , api error PreconditionFailed
staging  │ Lock Info:
         │   ID:        7f5c9d5c-1f0f-2c0b-3a71-2b9a2a1ce5f6
         │   Path:      asset-archive-state/staging/terraform.tfstate
         │   Operation: OperationTypeApply
         │   Who:       runner@fv-az123
         │   Version:   1.11.4
         │   Created:   2026-11-21 12:00:00.1 +0000 UTC
Error: External Error: Stack failed to plan: staging. Please check the logs for more information.
`;
  expect(readFailure(output)).toEqual({
    headlines: ['Error acquiring the state lock'],
    before: true,
    todo: "The state has been locked by runner@fv-az123 since 2026-11-21 12:00:00.1 +0000 UTC. Wait for that run to finish, then deploy again. If it was killed and will never end: `terraform force-unlock 7f5c9d5c-1f0f-2c0b-3a71-2b9a2a1ce5f6` in the stack's folder.",
  });
});

test('a plan that somebody has overtaken was not begun', () => {
  expect(readFailure('│ Error: Saved plan is stale\n│ \n│ The given plan file can no longer be applied')).toEqual({
    headlines: ['Saved plan is stale'],
    before: true,
    todo: 'Somebody else has applied in between, so this plan is out of date and nothing of it was applied: deploy again.',
  });
});

test('other errors are told by their headlines, each once, without what has the form of a credential', () => {
  const output = `│ Error: POST https://api.example: 401 with dop_v1_${'0'.repeat(64)}\n│ Error: one\n│ Error: one\n${[2, 3, 4, 5, 6].map((n) => `Error: ${n}\n`).join('')}`;
  expect(readFailure(output)).toEqual({
    headlines: ['POST https://api.example: 401 with (looks like a credential: hidden)', 'one', '2', '3', '4'],
  });
  expect(readFailure('all is well')).toEqual({ headlines: [] });
});
