package qumulo

import "bytes"

// Numbers is a list of numbers, which may be long. A plain one is taken apart here: the decoder, which looks at
// the type of each number anew, takes twice as long.
type Numbers []Number

// UnmarshalJSON takes any list, null and "": a list without numbers.
func (n *Numbers) UnmarshalJSON(data []byte) error {
	if data[0] != '[' || bytes.ContainsAny(data[1:], `"[{`) {
		return (*Values[Number])(n).UnmarshalJSON(data)
	}
	*n = make(Numbers, 0, bytes.Count(data, []byte(","))+1)
	for text := range bytes.SplitSeq(data[1:len(data)-1], []byte(",")) {
		if text = bytes.TrimSpace(text); len(text) == 0 { // the only one
			break
		}
		var number Number
		if err := number.UnmarshalJSON(text); err != nil {
			return err
		}
		*n = append(*n, number)
	}
	return nil
}
