import { isFailure, isRateLimit, type Octokit } from './github';
import { workflowUser } from './marker';

/** Under which names we write: the token's own user, where it has one, and the workflows'. */
export async function ourselves(octokit: Octokit): Promise<string[]> {
  try {
    const { data } = await octokit.request('GET /user');
    return [data.login, workflowUser];
  } catch (error) {
    // the token of a workflow belongs to nobody: "Resource not accessible by integration"
    if (isFailure(error) && error.status === 403 && !isRateLimit(error)) return [workflowUser];
    throw error;
  }
}
