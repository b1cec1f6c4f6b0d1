prints "aws-cli/$VERSIONS" /usr/local/bin/aws --version
