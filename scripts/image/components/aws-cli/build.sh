version="$VERSIONS"
if [[ ! -x "/usr/local/aws-cli/v2/$version/bin/aws" ]]; then
	packages unzip
	download awscli "$version" "$work/awscli.zip"
	unzip -q "$work/awscli.zip" -d "$work"
	"$work/aws/install" --update --install-dir /usr/local/aws-cli --bin-dir /usr/local/bin
fi
link "/usr/local/aws-cli/v2/$version/bin/aws" /usr/local/bin/aws
