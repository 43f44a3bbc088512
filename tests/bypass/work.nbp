# A policy as hosts have it, under which ordinary work has to go on: work.run.
policy work {
    seq    1
    kernel >= 5.10
}

paths secrets = { "/etc/shadow", tree "/etc/ssl/private", "/w/home/**/id_*", "/w/**/*.pem" }

deny read, write on secrets for uid 1000 as secrets
deny write on tree "/w/srv/www/static" for uid 1000 as static
deny read on "/w/srv/app/config/secret" for uid 1000 as app-secret
deny read on tree "/w/opt/tool/private" for uid 1000 as tool-private
deny exec on tree "/tmp" as no-exec
