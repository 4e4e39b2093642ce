#!/usr/bin/env bash
# A client of the Akash Console API, written from its documentation: deploys an SDL, changes it, closes it.
#
#     API_URL=… API_KEY=… shell_client.sh deploy.yaml
set -euo pipefail

call() { # METHOD PATH [JSON]: the answer's `data`, or the problem and an end
    local answer status
    answer=$(curl -sS -X "$1" "$API_URL$2" -H "x-api-key: $API_KEY" -H "content-type: application/json" \
        -w '\n%{http_code}' ${3:+--data "$3"})
    status=${answer##*$'\n'}
    answer=${answer%$'\n'*}
    if ((status >= 400)); then
        jq -r '"\(.error) \(.code): \(.message)"' <<<"$answer" >&2
        exit 1
    fi
    jq '.data' <<<"$answer"
}

until_some() { # COMMAND…: its output, once it has any
    local found
    for _ in {1..200}; do
        found=$("$@")
        if [[ -n $found && $found != null ]]; then
            printf '%s' "$found"
            return
        fi
        sleep 0.2
    done
    echo "nothing came of: $*" >&2
    exit 1
}

cheapest() {
    call GET "/v1/bids?dseq=$dseq" |
        jq -c '[.[].bid | select(.state == "open")] | sort_by(.price.amount | tonumber) | .[0].id // empty'
}

uris() {
    call GET "/v1/deployments/$dseq" |
        jq -r '[.leases[0].status.services // {} | .[]] | select(length > 0 and all(.available > 0)) | .[].uris[]'
}

echo "user $(call GET /v1/user/me | jq -r .id)"

created=$(call POST /v1/deployments "$(jq -n --rawfile sdl "$1" '{data: {sdl: $sdl, deposit: 0.5}}')")
dseq=$(jq -r .dseq <<<"$created")
echo "created $dseq $(jq -r .signTx.transactionHash <<<"$created")"

bid=$(until_some cheapest)
lease=$(jq -n --argjson bid "$bid" --argjson created "$created" \
    '{manifest: $created.manifest, leases: [$bid | {dseq, gseq, oseq, provider}]}')
echo "leased $(call POST /v1/leases "$lease" | jq -r '.leases[0].state')"
echo "running at $(until_some uris)"

call GET "/v1/deployments?limit=100" |
    jq -e --arg dseq "$dseq" 'any(.deployments[]; .deployment.id.dseq == $dseq)' >/dev/null

newer=$(sed 's/nginx:1.27-alpine/nginx:1.28-alpine/' "$1" | jq -Rs '{data: {sdl: .}}')
echo "updated $(call PUT "/v1/deployments/$dseq" "$newer" | jq -r .deployment.hash)"

deposit=$(jq -n --arg dseq "$dseq" '{data: {dseq: $dseq, deposit: 0.25}}')
echo "funded $(call POST /v1/deposit-deployment "$deposit" | jq -r '.escrow_account.state.funds[0].amount')"

[[ $(call DELETE "/v1/deployments/$dseq" | jq -r .success) == true ]]
echo "closed $(call GET "/v1/deployments/$dseq" | jq -r .deployment.state)"
