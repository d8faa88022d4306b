package qumulotest

import "fmt"

// cloudMinimum is the smallest raw capacity that slots of a cloud cluster take, in bytes.
const cloudMinimum = 2097152

// CNQ is a cluster of three nodes on AWS, Core 7.8.0: each has one Ephemeral SSD (bay "nvme1n1"),
// four Write Tier SSDs and four SSDs.
func CNQ() *Model {
	return cluster{
		name: "cumulus", uuid: "2e8d41c6-07f9-4a35-b1de-5c3f9a6e7042",
		release: core("7.8.0", "345001.1.7", "2026-02-03T04:05:06Z"),
		fileSystem: fileSystem{
			BlockSize: 4096, Total: "500002553233408", Free: "412316860416000", Snapshot: "53687091200",
		},
		clamp:    "1000000000000000",
		platform: aws,
		nodes: []node{
			onlineNode(1, "cumulus-1", "AWS", "ec2c0ff0-0000-4000-8000-000000000001", "02:00:5e:40:00:01", "7ac1b3d9-e5f2-4608-9d17-40a000000001"),
			onlineNode(2, "cumulus-2", "AWS", "ec2c0ff0-0000-4000-8000-000000000002", "02:00:5e:40:00:02", "7ac1b3d9-e5f2-4608-9d17-40a000000002"),
			onlineNode(3, "cumulus-3", "AWS", "ec2c0ff0-0000-4000-8000-000000000003", "02:00:5e:40:00:03", "7ac1b3d9-e5f2-4608-9d17-40a000000003"),
		},
		slots: cloudSlots([]int{1, 2, 3}, "Amazon EC2 NVMe Instance Storage", "Amazon Elastic Block Store", "vol0",
			func(number int) string { return fmt.Sprintf("nvme%dn1", number) }),
	}.model()
}

// ANQ is a cluster of three nodes on Azure, Core 7.10.0: node ids 5 to 7, drives without a serial
// number, bays like "sdc".
func ANQ() *Model {
	return cluster{
		name: "azimuth", uuid: "98f0c5d2-b36e-47a1-8e4c-d15b72a93e53",
		release: core("7.10.0", "361200.1.4", "2026-08-09T10:11:12Z"),
		fileSystem: fileSystem{
			BlockSize: 4096, Total: "500002553233408", Free: "474989023199232", Snapshot: "1073741824",
			PortalCache: "214748364800",
		},
		platform: azure,
		nodes: []node{
			onlineNode(5, "azimuth-5", "Azure", "0000-0000-0000-0000-0000-0001-05", "02:00:5e:50:00:05", "b60de8f1-4c27-4f98-a2b3-50a000000005"),
			onlineNode(6, "azimuth-6", "Azure", "0000-0000-0000-0000-0000-0001-06", "02:00:5e:50:00:06", "b60de8f1-4c27-4f98-a2b3-50a000000006"),
			onlineNode(7, "azimuth-7", "Azure", "0000-0000-0000-0000-0000-0001-07", "02:00:5e:50:00:07", "b60de8f1-4c27-4f98-a2b3-50a000000007"),
		},
		slots: cloudSlots([]int{5, 6, 7}, "Microsoft NVMe Direct Disk", "Virtual Disk", "",
			func(number int) string {
				if number == 1 {
					return "nvme0n1"
				}
				return "sd" + string(rune('a'+number))
			}),
	}.model()
}

// cloudSlots returns the slots of cloud nodes: slot 1 the local drive, the others volumes.
func cloudSlots(ids []int, local, volume, serial string, bay func(number int) string) []slot {
	localSerial := ""
	if serial != "" {
		localSerial = "LOCAL"
	}
	cache := drive{model: local, kind: "Ephemeral SSD", raw: 1900000000000, reserved: 4194304, minimum: cloudMinimum, serial: localSerial, commands: 512}
	write := drive{model: volume, kind: "Write Tier SSD", raw: 34359738368, reserved: 2097152, minimum: cloudMinimum, serial: serial, commands: 4}
	boot := drive{model: volume, kind: "SSD", raw: 8589934592, reserved: 268435456, minimum: 8321499136, serial: serial, commands: 4}
	var slots []slot
	for _, id := range ids {
		slots = append(slots, cache.in(id, 1, bay(1)))
		for number := 2; number <= 5; number++ {
			slots = append(slots, write.in(id, number, bay(number)))
		}
		for number := 6; number <= 9; number++ {
			slots = append(slots, boot.in(id, number, bay(number)))
		}
	}
	return slots
}
