/**
 * Where the machine says what its environment's secrets are sealed to: in the bucket that only its own key and the owner's open
 * (`stacks/environment-stack.ts`). CI's key writes the exchange bucket, and whoever has it must not have secrets sealed to themselves.
 */
export const recipientKey = 'machine/recipient';

/** A public key of age: X25519, as bech32. */
export const recipientPattern = /^age1[02-9ac-hj-np-z]{58}$/;
