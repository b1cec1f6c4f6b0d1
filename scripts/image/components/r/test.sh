for version in $VERSIONS; do
	prints "$version" "/opt/R/$version/bin/Rscript" -e 'cat(as.character(getRversion()))'
	prints "$REPOSITORY" "/opt/R/$version/bin/Rscript" -e 'cat(getOption("repos")[["CRAN"]])'
done
prints "${DEFAULT:-${VERSIONS%% *}}" /usr/local/bin/Rscript -e 'cat(as.character(getRversion()))'
