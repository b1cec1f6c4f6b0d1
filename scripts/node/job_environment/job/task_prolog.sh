#!/bin/bash -p
# Task prolog: as the user, before each task. Its lines `export NAME=value` reach the task, `print text` the task's output.
# Of bash, because it runs for each task, and Python's start alone costs ten times as much. -p: it takes no function and no
# start file from the user's environment. It has the user's rights and no others.

# SETTINGS
run='' shared='' local_scratch='' private_tmp='' keep_environment='' export_names=() export_values=() path=()
report_names=() report_files=() report_where=() binds=()
# END

job=${SLURM_JOB_ID:-}
if [[ ! $job =~ ^[0123456789]{1,10}$ ]]; then
	echo "print job environment: SLURM_JOB_ID is no number"
	exit 0
fi
notes=$run/jobs/$job
first=''
given=()
warnings=()

is_first() { [[ ${SLURM_NODEID:-0} == 0 && ${SLURM_LOCALID:-0} == 0 ]]; }

# The environment as the task has got it, by the job's first task: an earlier step was first where the file is there.
begin_environment() {
	[[ $keep_environment ]] && is_first || return 1
	umask 077
	set -o noclobber
	{ /bin/cat "/proc/$$/environ" >"$notes/env.raw"; } 2>/dev/null
}

give() {
	[[ $2 == *[$'\n\r']* ]] && return
	printf 'export %s=%s\n' "$1" "$2"
	given+=("$1=$2")
}

give_settings() {
	local i
	for i in "${!export_names[@]}"; do give "${export_names[i]}" "${export_values[i]}"; done
	[[ ${SLURM_CPUS_PER_TASK:-} ]] || give SLURM_CPUS_PER_TASK 1
}

# Jobs by REST bring their own environment, often with next to nothing in it.
give_path() {
	local folder present=$PATH more=''
	[[ ${PATH@a} == *x* ]] || present='' # bash's own
	for folder in "${path[@]}"; do
		[[ :$present: == *":$folder:"* || ! -d $folder ]] || more+=:$folder
	done
	[[ $more ]] && give PATH "${present:+$present}${more:$((${#present} ? 0 : 1))}"
}

# A place that the prolog has made for this job.
give_place() {
	local name=$1 place=$2
	if [[ -d $place && -w $place && -x $place ]]; then
		give "$name" "$place"
	else
		no_place "$name" "$place"
	fi
}

no_place() { warnings+=("$1 is not set: there is no $2; the node's syslog says why"); }

give_places() {
	local temporary=$local_scratch/slurm/jobs/$job
	if [[ -d $temporary && -O $temporary && ! -L $temporary ]]; then
		give_place TMPDIR "$temporary"
	elif [[ -d $local_scratch ]] && /bin/mountpoint -q "$local_scratch"; then
		no_place TMPDIR "$temporary" # the shared one is another node's
	else
		give_place TMPDIR "$shared/slurm/jobs/$job"
	fi
	if [[ $private_tmp ]]; then
		give_place SHMDIR /dev/shm
	else
		give_place SHMDIR "/dev/shm/slurm/jobs/$job"
		give_place USER_SHMDIR "/dev/shm/slurm/users/$UID"
	fi
}

look_for_local_disks() {
	local file model
	for file in /sys/block/nvme*/device/model; do
		[[ -r $file ]] && read -r model <"$file" && [[ $model == *'Amazon EC2 NVMe Instance Storage'* ]] || continue
		/bin/mountpoint -q "$local_scratch" ||
			warnings+=("this node has local disks, but nothing is mounted at $local_scratch")
		return
	done
}

# Variables that name a file of each step, such as a profiler's report, where the job has set the variables that ask for it:
# those of bash itself, such as SECONDS and HOSTNAME, count as exported ones only. Their names are capitals, by the settings.
give_reports() {
	local i needed flags step=${SLURM_STEP_ID:-batch}
	for i in "${!report_names[@]}"; do
		for needed in ${report_where[i]}; do
			eval "flags=\${$needed@a}"
			[[ $flags == *x* && ${!needed:-} ]] || continue 2
		done
		give "${report_names[i]}" "$notes/${report_files[i]}.$step.txt"
	done
}

# What Singularity and Apptainer bind into containers; what the user has set already stands first. A step has what its batch
# script was given already.
give_binds() {
	local bind program libraries='' efa='' wanted=() listed=()
	((${#binds[@]})) || return
	[[ -r $run/node-libraries ]] && { IFS= read -r libraries && IFS= read -r efa; } <"$run/node-libraries"
	for bind in "${binds[@]}"; do [[ -e ${bind%%:*} ]] && wanted+=("$bind"); done
	give_intel_mpi
	split "$libraries"
	for program in SINGULARITY APPTAINER; do
		give_list "${program}_BIND" "${wanted[@]}"
		give_list "${program}_CONTAINLIBS" "${listed[@]}"
	done
}

# With Intel MPI loaded: its libraries and EFA's are bound, and the node's own MPI comes before the container's.
give_intel_mpi() {
	local root=${I_MPI_ROOT:-} mpi fabric preload aws=/opt/amazon/efa
	[[ $root == /* && $root != *[,:]* && -d $root ]] || return
	wanted+=("$root")
	[[ -d $aws ]] && wanted+=("$aws")
	first_of mpi "$root"/lib/release/libmpi.so.12 "$root"/lib/libmpi.so.12
	first_of fabric "$aws"/lib64/libfabric.so.1 "$aws"/lib/libfabric.so.1 "$root"/libfabric/lib/libfabric.so.1
	preload=$mpi${mpi:+${fabric:+:}}$fabric
	if [[ $preload ]]; then
		give SINGULARITYENV_LD_PRELOAD "$preload"
		give APPTAINERENV_LD_PRELOAD "$preload"
	fi
	if [[ $efa ]]; then
		give I_MPI_OFI_LIBRARY_INTERNAL 0
		give I_MPI_OFI_PROVIDER efa
	fi
}

first_of() {
	local name=$1 one
	shift
	printf -v "$name" ''
	for one; do
		if [[ -e $one ]]; then
			printf -v "$name" %s "$one"
			return
		fi
	done
}

# Into `listed`, by commas. Without a here-string: bash 4.4 writes one to a file in TMPDIR.
split() {
	local IFS=,
	set -f
	# shellcheck disable=SC2206 # split on purpose, globbing is off
	listed=($1)
	set +f
}

give_list() {
	local name=$1 one whole
	whole=${!name:-}
	shift
	for one; do [[ ,$whole, == *",$one,"* ]] || whole+=${whole:+,}$one; done
	[[ $whole ]] && give "$name" "$whole"
}

begin_environment && first=1
give_settings
give_path
give_places
give_reports
give_binds
if is_first; then
	look_for_local_disks
	for warning in "${warnings[@]}"; do echo "print job environment: $warning"; done
fi
[[ $first ]] && printf '%s\0' "${given[@]}" >>"$notes/env.raw"
exit 0
