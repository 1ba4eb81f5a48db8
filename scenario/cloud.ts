import './host-settings';
import { type Cloud, type CloudOptions, startCloud as startSimulator } from '../simulator/cloud';
import { seed } from './seed';

export type { Cloud, CloudOptions } from '../simulator/cloud';

/** The simulated cloud with this program's seed, and the variables by which its commands know where they are. */
export const startCloud = (options: CloudOptions = {}): Promise<Cloud> =>
  startSimulator({
    seed,
    ...options,
    variables: {
      BERTH_REHEARSAL: '1',
      // without machines nothing would ever report
      ...(options.boot ? {} : { BERTH_MACHINES: 'records' }),
      ...options.variables,
    },
  });
