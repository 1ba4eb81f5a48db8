import type { Cloud } from './cloud';
import { findDrift } from './drift';
import { addEnvironment, bootstrap, deploy, destroyEnvironment, editSetting, planAgain } from './environments';
import { MachineSteps } from './machines';
import { pullRequest } from './pull-request';
import { raiseGeneration } from './replacement';
import type { Step } from './step';
import type { Workspace } from './workspace';

/** The program's main job from nothing to nothing, one step after the other. Some are there only where droplets are machines. */
export function scenario(workspace: Workspace, cloud: Cloud): Step[] {
  const machines = cloud.fleet && new MachineSteps(workspace, cloud);
  return [
    bootstrap(workspace, cloud),
    deploy(workspace, 'staging'),
    deploy(workspace, 'production'),
    ...(machines ? [machines.boot(), machines.setSecret(), machines.release(), machines.releaseThatCrashes()] : []),
    planAgain(workspace),
    addEnvironment(workspace),
    editSetting(workspace),
    pullRequest(workspace, cloud),
    raiseGeneration(workspace, cloud),
    ...(machines ? [machines.bootReplacement()] : []),
    findDrift(workspace, cloud),
    destroyEnvironment(workspace, cloud),
  ];
}
