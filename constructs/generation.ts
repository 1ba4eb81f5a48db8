/**
 * The construct's id for what belongs to one generation of the machine. Each generation has addresses of its own: so Terraform
 * takes the next one for another thing, which it makes beside the former, and not for its replacement, which it would make
 * only when everything that names the former is gone. The first generation's are without a number.
 */
export const ofGeneration = (id: string, generation: number): string =>
  generation === 1 ? id : id === 'Resource' ? String(generation) : `${id}-${generation}`;
