for version in $VERSIONS; do
	if [[ ! -x "/opt/quarto/$version/bin/quarto" ]]; then
		download quarto "$version" "$work/quarto.tar.gz"
		mkdir "$work/$version"
		tar -xzf "$work/quarto.tar.gz" -C "$work/$version" --strip-components=1
		mkdir -p /opt/quarto && rm -rf "/opt/quarto/$version" && mv "$work/$version" "/opt/quarto/$version"
		chmod -R go+rX "/opt/quarto/$version"
	fi
done
link "/opt/quarto/${DEFAULT:-${VERSIONS%% *}}/bin/quarto" /usr/local/bin/quarto
