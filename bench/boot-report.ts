import type { Boot, BootsReport } from './boot-time';
import { atMost, type Claim, columns, renderClaims, rounded } from './claim';
import { median } from './measure';

const medianOf = (boots: readonly Boot[], what: keyof Boot): number => median(boots.map((boot) => boot[what]));

/** What a boot may cost beside one that is written by hand, and at all. */
export const bootClaims = ({ ours, plain }: BootsReport): Claim[] => [
  atMost('until the site answers, ours ÷ plain', 1.15, rounded(medianOf(ours, 'site') / medianOf(plain, 'site'), 2)),
];

/** A target for two cores that have nothing else to do: told, and no error on a busy host. */
export const bootTarget = ({ ours }: BootsReport): Claim =>
  atMost('until the site answers', 20, rounded(medianOf(ours, 'site'), 1), ' s');

export function renderBoots(report: BootsReport, about: string): string {
  const seconds = (value: number): string => value.toFixed(1);
  const single = (which: keyof BootsReport): string[][] =>
    report[which].map(({ packages, installed, site, all, load }, index) => [
      `${which} ${index + 1}`,
      seconds(packages),
      seconds(installed - packages),
      seconds(site - installed),
      seconds(site),
      seconds(all),
      load.toFixed(1),
    ]);
  const middle = (which: keyof BootsReport): string[] => {
    const boots = report[which];
    const of = (pick: (boot: Boot) => number): string => seconds(median(boots.map(pick)));
    return [
      `${which}, median`,
      of(({ packages }) => packages),
      of(({ packages, installed }) => installed - packages),
      of(({ installed, site }) => site - installed),
      of(({ site }) => site),
      of(({ all }) => all),
      '',
    ];
  };
  const target = bootTarget(report);
  return [
    `${about} · seconds, ours and plain in turn`,
    columns(
      ['', 'up', 'packages', 'start', 'site', 'api, cms', 'load'],
      [middle('ours'), middle('plain'), ...single('ours'), ...single('plain')],
    ),
    renderClaims(bootClaims(report)),
    `target on two idle cores: ${target.what} ${target.wanted}; got ${target.got}${target.kept ? '' : ', missed'}`,
  ].join('\n\n');
}
