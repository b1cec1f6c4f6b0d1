"""Instance types."""

from localcloud.plugins.aws.base import picked
from localcloud.plugins.aws.client import Aws
from localcloud.plugins.aws.functions.lookup import the_one
from localcloud.plugins.resource import Function, PluginError
from localcloud.plugins.values import Plain


class GetInstanceType(Function[Aws]):
    token, inputs = "aws:ec2/getInstanceType:getInstanceType", frozenset({"instanceType"})

    def call(self, context: Aws, arguments: Plain) -> Plain:
        if "instanceType" not in arguments:
            raise PluginError("getInstanceType: instanceType is required")
        name = arguments["instanceType"]
        found = context.client("ec2").describe_instance_types(InstanceTypes=[name])["InstanceTypes"]
        kind = the_one(found, "getInstanceType", "instance type")
        network, processor, cpu = (kind.get(key, {}) for key in ("NetworkInfo", "ProcessorInfo", "VCpuInfo"))
        accelerators = kind.get("GpuInfo", {})
        gpus = [
            picked(gpu, count="Count", manufacturer="Manufacturer", name="Name")
            | {"memorySize": gpu.get("MemoryInfo", {}).get("SizeInMiB")}
            for gpu in accelerators.get("Gpus", [])
        ]
        state = picked(kind, bareMetal="BareMetal", hypervisor="Hypervisor", currentGeneration="CurrentGeneration")
        state |= picked(kind, burstablePerformanceSupported="BurstablePerformanceSupported")
        state |= picked(kind, instanceStorageSupported="InstanceStorageSupported")
        state |= picked(cpu, defaultVcpus="DefaultVCpus", defaultCores="DefaultCores")
        state |= picked(cpu, defaultThreadsPerCore="DefaultThreadsPerCore", validCores="ValidCores")
        state |= picked(network, efaSupported="EfaSupported", enaSupport="EnaSupport", ipv6Supported="Ipv6Supported")
        state |= picked(network, maximumNetworkCards="MaximumNetworkCards")
        state |= picked(network, maximumNetworkInterfaces="MaximumNetworkInterfaces")
        state |= picked(network, networkPerformance="NetworkPerformance")
        state |= picked(network, maximumIpv4AddressesPerInterface="Ipv4AddressesPerInterface")
        efa = picked(network.get("EfaInfo", {}), efaMaximumInterfaces="MaximumEfaInterfaces")
        storage = picked(kind.get("InstanceStorageInfo", {}), totalInstanceStorage="TotalSizeInGB")
        memory = picked(accelerators, totalGpuMemory="TotalGpuMemoryInMiB")
        architectures = processor.get("SupportedArchitectures", [])
        extra = {"id": name, "instanceType": name, "region": context.region, "gpuses": gpus}
        size = picked(kind.get("MemoryInfo", {}), memorySize="SizeInMiB")
        return state | efa | storage | memory | size | extra | {"supportedArchitectures": architectures}


ALL = (GetInstanceType,)
