# Written by the agent.
exec /usr/bin/docker run --rm --init --name berth-job-nightly --network berth_services --read-only --cap-drop ALL --log-driver none --tmpfs /tmp --memory 256m --cpus 0.5 --add-host postgres:172.18.0.1 --env-file /var/lib/berth/jobs/nightly.env ghcr.io/acme/jobs@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa sh -c 'echo "$HOME" 100%; date'
