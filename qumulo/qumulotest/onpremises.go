package qumulotest

import "slices"

// The capacities of the drives of a Q0626 are the vendor's own example: four HDDs and two SSDs
// make the 25605032656896 bytes that an old release gives as capacity_in_bytes.
const q0626Capacity = "25605032656896"

func hdd6TB(commands int) drive {
	return drive{
		model: "NORDDISK_ND6000H", kind: "HDD", raw: 6001175126016, reserved: 268435456,
		minimum: 6001174077440, serial: "ND6H", commands: commands,
	}
}

func ssd800GB(commands int) drive {
	return drive{
		model: "FLINTFLASH_FF800S", kind: "SSD", raw: 800166076416, reserved: 268435456,
		minimum: 799897640960, serial: "FF8S", commands: commands,
	}
}

// q0626 returns the slots of a Q0626: SSDs in bays 1 and 2, HDDs in 3 to 6.
func q0626(nodeID, hddCommands, ssdCommands int) []slot {
	return slices.Concat(
		numbered(nodeID, 1, 2, ssd800GB(ssdCommands)),
		numbered(nodeID, 3, 4, hdd6TB(hddCommands)))
}

// OnPremises is a cluster of five nodes in racks, Core 7.8.0. Its node ids are 2 to 6: node 1 was
// replaced. Nodes 2 to 5 have 6 slots each, node 6 is another model with 16. Slot 3.6 and 6.16
// are empty; the drive in 6.7 is dead.
func OnPremises() *Model {
	hdd := drive{
		model: "NORDDISK_ND6000K", kind: "HDD", raw: 6001175126016, reserved: 268435456,
		minimum: 6001174077440, serial: "ND6K", commands: 32,
	}
	ssd := drive{
		model: "FLINTFLASH_FF3840N", kind: "SSD", raw: 3840755982336, reserved: 268435456,
		minimum: 3840487546880, serial: "FF38", commands: 512,
	}
	slots := slices.Concat(
		q0626(2, 32, 32), q0626(3, 32, 32), q0626(4, 32, 32), q0626(5, 32, 32),
		numbered(6, 1, 4, ssd), numbered(6, 5, 12, hdd))
	for i, s := range slots {
		switch s.ID {
		case "3.6", "6.16":
			slots[i] = s.empty()
		case "6.7":
			slots[i] = s.dead()
		}
	}
	for i := range slots {
		slots[i].HighEndurance = slots[i].DiskModel == ssd.model
	}
	return cluster{
		name: "tundra", uuid: "5b0c7f1e-3a52-4d1c-9e07-2f6a81d40c11",
		release: core("7.8.0", "345001.1.7", "2026-02-03T04:05:06Z"),
		fileSystem: fileSystem{
			BlockSize: 4096, Total: "81604378624000", Free: "23089744183296", Snapshot: "4398046511104",
		},
		nodes: []node{
			onlineNode(2, "tundra-2", "Q0626", "TU26A0002", "02:00:5e:10:00:02", "0d2c9a10-6c0e-4a6f-8b1d-10a000000002"),
			onlineNode(3, "tundra-3", "Q0626", "TU26A0003", "02:00:5e:10:00:03", "0d2c9a10-6c0e-4a6f-8b1d-10a000000003"),
			onlineNode(4, "tundra-4", "Q0626", "TU26A0004", "02:00:5e:10:00:04", "0d2c9a10-6c0e-4a6f-8b1d-10a000000004"),
			onlineNode(5, "tundra-5", "Q0626", "TU26A0005", "02:00:5e:10:00:05", "0d2c9a10-6c0e-4a6f-8b1d-10a000000005"),
			onlineNode(6, "tundra-6", "C72T", "TU72B0006", "02:00:5e:10:00:06", "0d2c9a10-6c0e-4a6f-8b1d-10a000000006"),
		},
		slots: slots,
		busy:  true,
	}.model()
}

// SingleNode is a cluster of one small node at the edge, Core 7.7.2.
func SingleNode() *Model {
	return cluster{
		name: "outpost", uuid: "c1b7e0aa-90d4-4f43-a6c2-77d0be0f1a21",
		release: core("7.7.2", "338100.1.3", "2025-11-11T10:09:08Z"),
		fileSystem: fileSystem{
			BlockSize: 4096, Total: "15032385536000", Free: "12025908428800", Snapshot: "107374182400",
		},
		nodes: []node{
			onlineNode(1, "outpost-1", "Q0626", "OP26A0001", "02:00:5e:20:00:01", "61e7d5f4-2b8a-4c33-9a5e-20a000000001"),
		},
		slots: q0626(1, 32, 32),
	}.model()
}

// OldRelease is a cluster of four nodes on Core 2.14.1: its node listing has capacity_in_bytes,
// its file system raw_size_bytes and no size of the snapshots, its slots no
// slot_command_capacity. Its restriper is blocked.
func OldRelease() *Model {
	nodes := []node{
		onlineNode(1, "granary-1", "Q0626", "GR26A0001", "02:00:5e:30:00:01", "a94f3e70-51bb-4e0d-b7c8-30a000000001"),
		onlineNode(2, "granary-2", "Q0626", "GR26A0002", "02:00:5e:30:00:02", "a94f3e70-51bb-4e0d-b7c8-30a000000002"),
		onlineNode(3, "granary-3", "Q0626", "GR26A0003", "02:00:5e:30:00:03", "a94f3e70-51bb-4e0d-b7c8-30a000000003"),
		onlineNode(4, "granary-4", "Q0626", "GR26A0004", "02:00:5e:30:00:04", "a94f3e70-51bb-4e0d-b7c8-30a000000004"),
	}
	for i := range nodes {
		nodes[i].Capacity = q0626Capacity
	}
	return cluster{
		name: "granary", uuid: "f3d2a6b8-4e19-4b57-8c60-91c4d7e8b031",
		release: core("2.14.1", "94810.1.2", "2019-09-10T11:12:13Z"),
		fileSystem: fileSystem{
			BlockSize: 4096, Raw: "102420130627584", Total: "61203283968000", Free: "18360985190400",
		},
		nodes:   nodes,
		slots:   slices.Concat(q0626(1, 0, 0), q0626(2, 0, 0), q0626(3, 0, 0), q0626(4, 0, 0)),
		blocked: "There is not enough free space to rebalance.",
	}.model()
}
