tools=0
for version in $VERSIONS; do
	place="/opt/R/$version"
	if [[ ! -x "$place/bin/Rscript" ]]; then
		if [[ $tools == 0 ]]; then
			if command -v apt-get >/dev/null; then
				packages build-essential make gfortran libreadline-dev libpcre2-dev libcurl4-openssl-dev libbz2-dev liblzma-dev \
					zlib1g-dev libicu-dev libssl-dev libopenblas-dev libcairo2-dev libpango1.0-dev libpng-dev libjpeg-dev \
					libtiff-dev libx11-dev libxt-dev tcl-dev tk-dev unzip zip tzdata
			else
				packages gcc gcc-c++ gcc-gfortran make readline-devel pcre2-devel libcurl-devel bzip2-devel xz-devel zlib-devel \
					libicu-devel openssl-devel cairo-devel pango-devel libpng-devel libjpeg-turbo-devel libtiff-devel \
					libX11-devel libXt-devel tcl-devel tk-devel unzip zip which
			fi
			tools=1
		fi
		download r "$version" "$work/R-$version.tar.gz"
		tar -xzf "$work/R-$version.tar.gz" -C "$work"
		recommended="--with$([[ "$RECOMMENDED" == true ]] || echo out)-recommended-packages"
		# Joined by &&: before || nothing else ends at its first failure.
		(
			cd "$work/R-$version" &&
				./configure --prefix="$place" --enable-R-shlib --enable-memory-profiling --with-blas --with-lapack "$recommended" &&
				make -j "$(nproc)" &&
				make install
		) >"$work/r.log" 2>&1 || fail "R $version cannot be built: $(tail -n 5 "$work/r.log" | tr '\n' ' ')"
	fi
	home="$("$place/bin/R" RHOME)"
	text "$home/etc/Rprofile.site" <<CONF
# Made by the image component r.
options(repos = c(CRAN = "$REPOSITORY"))
CONF
	link "$place/bin/R" "/usr/local/bin/R-${version%.*}"
done
default="/opt/R/${DEFAULT:-${VERSIONS%% *}}"
link "$default/bin/R" /usr/local/bin/R
link "$default/bin/Rscript" /usr/local/bin/Rscript
