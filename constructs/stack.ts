import { TerraformElement, TerraformStack } from 'cdktf';
import type { Construct, IConstruct } from 'constructs';
import { checkStack } from './stack-guard';
import { literally } from './terraform-text';

/**
 * A stack whose resource addresses can be read: the ids on the way, joined by "-", and no hash. A child called
 * `Resource` takes its parent's name, so that the droplet of `machine` is `digitalocean_droplet.machine`.
 * Addresses are a contract: another address means another resource, and the old one destroyed.
 */
export class Stack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.node.addValidation({ validate: () => collisions(this) });
  }

  protected override allocateLogicalId(element: TerraformElement | IConstruct['node']): string {
    const node = 'node' in element ? element.node : element;
    const ids = node.scopes.slice(node.scopes.indexOf(this) + 1).map((scope) => scope.node.id);
    return ids
      .filter((id) => id !== 'Resource')
      .join('-')
      .replace(/[^A-Za-z0-9_-]/g, '');
  }

  /** The stack as Terraform reads it, after the checks that only the finished text allows. */
  override toTerraform(): unknown {
    // the one place where an element becomes JSON: text is text there
    const elements = this.node.findAll().filter((construct) => TerraformElement.isTerraformElement(construct));
    for (const element of elements) {
      const { toTerraform } = element;
      element.toTerraform = () => literally(toTerraform.call(element)) as object;
    }
    try {
      const json: unknown = super.toTerraform();
      checkStack(this.node.id, json);
      return json;
    } finally {
      // its class has its own
      for (const element of elements) delete (element as Partial<TerraformElement>).toTerraform;
    }
  }
}

/** cdktf merges two elements of one type and one address into one without a word; the second would be lost. */
function collisions(stack: Stack): string[] {
  const seen = new Map<string, string>();
  return stack.node.findAll().flatMap((construct) => {
    if (!TerraformElement.isTerraformElement(construct)) return [];
    const type = (construct as { terraformResourceType?: string }).terraformResourceType ?? construct.constructor.name;
    const address = `${type}.${construct.friendlyUniqueId}`;
    const first = seen.get(address);
    seen.set(address, construct.node.path);
    return first === undefined
      ? []
      : [`"${construct.node.path}" and "${first}" both become ${address}, and one would be lost: rename one of them`];
  });
}
