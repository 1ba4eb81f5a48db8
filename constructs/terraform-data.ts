import { type TerraformMetaArguments, TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';

/**
 * Terraform's own `terraform_data`, for what it is used for here: replaced when a value changes, it takes along whoever names it
 * in `replace_triggered_by`, or runs its provisioner again. cdktf's DataResource runs `terraform version` for each one at every synth (40 ms).
 */
export class TerraformData extends TerraformResource {
  constructor(scope: Construct, id: string, private readonly triggersReplace: Readonly<Record<string, string | number>>, meta: TerraformMetaArguments = {}) {
    super(scope, id, { terraformResourceType: 'terraform_data', ...meta });
  }

  /** As `replace_triggered_by` wants it: an address, and no expression. */
  get trigger(): string {
    return `${this.terraformResourceType}.${this.friendlyUniqueId}`;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return { triggers_replace: this.triggersReplace };
  }
}
