for version in $VERSIONS; do
	prints "$version" "/opt/quarto/$version/bin/quarto" --version
done
prints "${DEFAULT:-${VERSIONS%% *}}" /usr/local/bin/quarto --version
