#!/bin/sh
# Fills in the secrets and starts Asterisk as user asterisk.
set -eu
cd /etc/asterisk
password=$(cat "${ARI_PASSWORD_FILE:?}")
sed -i "s/^password = .*/password = $password/" ari.conf
cat >http.conf <<EOF
[general]
enabled = yes
bindaddr = 0.0.0.0
bindport = 8088
EOF
if [ ! -s phones.txt ]; then
  umask 077
  for phone in 100 101 102; do
    secret=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
    echo "$phone $secret" >>phones.txt
    printf '[%s](phone)\nauth = %s\naors = %s\ncallerid = Phone <%s>\n' $phone $phone $phone $phone
    printf '[%s]\ntype = auth\nusername = %s\npassword = %s\n' $phone $phone "$secret"
    printf '[%s]\ntype = aor\nmax_contacts = 2\nremove_existing = yes\n' $phone
  done >phones.conf
fi
umask 022 # the hub, another user, reads the journal
mkdir -p /var/log/asterisk/cel-custom
chown -R asterisk:asterisk /etc/asterisk /var/log/asterisk
exec asterisk -f -U asterisk -G asterisk
