#!/bin/bash
# get-asterisk.sh [DIR]: a private Asterisk and sipp in DIR, for tests and "make run-pbx". Prints DIR.
#
# Needs no root and changes nothing on the machine: it downloads the packages of Debian unstable (Debian stable has no
# asterisk) with the C library that they were built for, unpacks them side by side and starts them with their own
# loader. About 25 MB to download, 60 MB on disk. Does nothing when DIR is complete; several may run at once.
set -euo pipefail
dir=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/ctihub/asterisk}
[ ! -e "$dir/complete" ] || { echo "$dir"; exit 0; }
for tool in apt-get dpkg dpkg-deb flock; do
  command -v $tool >/dev/null || { echo "get-asterisk.sh needs $tool (Debian or Ubuntu)" >&2; exit 1; }
done
mkdir -p "$(dirname "$dir")"
exec 9>"$dir.lock"
flock 9
[ ! -e "$dir/complete" ] || { echo "$dir"; exit 0; }

work=$(mktemp -d "$dir.XXXXXX")
trap 'rm -rf "$work"' EXIT
apt=$work/apt new=$work/new
mkdir -p "$apt"/{lists/partial,cache/archives/partial,debs} "$new/bin"
: >"$apt/status"

# The machine's own Debian mirror, else the public one.
mirror=${CTIHUB_DEBIAN_MIRROR:-}
if [ -z "$mirror" ] && grep -qx 'ID=debian' /etc/os-release; then
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1 || true)
fi
key=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e $key ] || { echo "get-asterisk.sh needs the package debian-archive-keyring" >&2; exit 1; }
echo "deb [signed-by=$key] ${mirror:-http://deb.debian.org/debian} sid main" >"$apt/sources.list"
run_apt() {
  apt-get -qq -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$apt/lists" \
    -o Dir::State::status="$apt/status" -o Dir::Cache="$apt/cache" -o APT::Install-Recommends=0 \
    -o APT::Sandbox::User= -o Acquire::Languages=none -o Acquire::Retries=3 -o Debug::NoLocking=1 "$@"
}
run_apt update

# The dependencies that an installation would bring, reduced to what our modules load.
wanted='^(asterisk|asterisk-modules|asterisk-core-sounds-en-gsm|sip-tester|zlib1g|lib(brotli1|bsd0|c6|cap2|com-err2|crypt1'
wanted+='|curl4.*|dbus-1-3|edit2|gcc-s1|gsl.*|gsm1|gssapi-krb5-2|ibverbs1|idn2-0|jansson4|k5crypto3|keyutils1|krb5-3'
wanted+='|krb5support0|ldap.*|md0|ncurses.*|nghttp[23].*|ngtcp2.*|nl-.*|pcap0.*|pq5|pugixml.*|psl5.*|sasl2-2|sctp1|sqlite3-0|ssh2.*'
wanted+='|ssl3.*|stdc..6|systemd0|tinfo6|unistring.*|uriparser1|uuid1|xml2.*|xslt1.1|zstd1))$'
packages=$(run_apt -s install asterisk asterisk-core-sounds-en-gsm sip-tester | awk '/^Inst/ {print $2}' | sort -u | grep -E "$wanted")
(cd "$apt/debs" && run_apt download $packages)
for deb in "$apt"/debs/*.deb; do dpkg-deb -x "$deb" "$new"; done
rm -rf "$new"/usr/share/{doc,man,locale,lintian}

# Starters: DIR/bin/asterisk and DIR/bin/sipp run with the unpacked loader and libraries.
libs=$(cd "$new" && dirname "$(find usr/lib -path '*asterisk/modules' -prune -o -name 'libc.so.6' -print | head -1)")
loader=$(cd "$new" && find usr/lib usr/lib64 -name 'ld-linux*.so*' 2>/dev/null | head -1)
for pair in asterisk:usr/sbin/asterisk sipp:usr/bin/sipp; do
  cat >"$new/bin/${pair%%:*}" <<EOF
#!/bin/sh
here=\$(dirname "\$(dirname "\$(readlink -f "\$0")")")
exec "\$here/$loader" --library-path "\$here/$libs" "\$here/${pair#*:}" "\$@"
EOF
  chmod +x "$new/bin/${pair%%:*}"
done
ln -s "$libs/asterisk/modules" "$new/modules"
"$new/bin/asterisk" -V >"$new/complete"
"$new/bin/sipp" -v | head -2 >>"$new/complete" || true
grep -q SIPp "$new/complete" || { echo "sipp does not start" >&2; exit 1; }
rm -rf "$dir"
mv "$new" "$dir"
echo "$dir"
