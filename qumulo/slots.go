package qumulo

import "context"

// SlotsEndpoint lists drive bays. The largest cluster has 265 nodes with 98 bays: 26,000
// slots in 12 MB.
var SlotsEndpoint = Endpoint{
	Name: "list slots", Path: "/v1/cluster/slots/", Privilege: "PRIVILEGE_CLUSTER_READ", MaxBytes: 128 << 20, MaxRows: 200_000,
}

// Slot is one drive bay of a node, and the drive in it.
type Slot struct {
	ID     Text `json:"id"` // "1.5": node and slot
	NodeID Text `json:"node_id"`
	Slot   Text `json:"slot"`
	// DriveBay is what is written on the bay ("1"), or the device's name in the cloud ("nvme3n1").
	DriveBay         Text   `json:"drive_bay"`
	State            Text   `json:"state"` // healthy, empty, missing, dead, wrong_node, wrong_cluster, wrong_version
	SlotType         Text   `json:"slot_type"`
	DiskType         Text   `json:"disk_type"` // "" if the slot is empty
	DiskModel        Text   `json:"disk_model"`
	DiskSerialNumber Text   `json:"disk_serial_number"`
	HighEndurance    Text   `json:"high_endurance"` // "true" or "false"
	Capacity         Number `json:"capacity"`       // bytes
	RawCapacity      Number `json:"raw_capacity"`   // bytes
}

// Slots lists the drive bays of all nodes: GET /v1/cluster/slots/.
func (c *Client) Slots(ctx context.Context) (List[Slot], error) {
	return getList[Slot](ctx, c, SlotsEndpoint)
}
