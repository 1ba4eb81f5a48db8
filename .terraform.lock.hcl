# The provider versions that every stack uses; synth lays this file beside each stack's JSON.
# It holds no checksums yet: `npm run providers:lock`, where the provider registry can be reached, adds them.

provider "registry.terraform.io/digitalocean/digitalocean" {
  version     = "2.71.0"
  constraints = "2.71.0"
}

provider "registry.terraform.io/integrations/github" {
  version     = "6.9.0"
  constraints = "6.9.0"
}
