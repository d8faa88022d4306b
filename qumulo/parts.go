package qumulo

// isNothing reports whether a field says nothing: it is null or "". For an object or a list
// the API sends either, as it does for a number or a time.
func isNothing(data []byte) bool { return len(scalar(data)) == 0 }

// Object is an object within an answer. The zero value stands for a field that is missing,
// null or "".
type Object[T any] struct {
	value T
	known bool
}

// ObjectOf returns an Object that holds v.
func ObjectOf[T any](v T) Object[T] { return Object[T]{value: v, known: true} }

// Value returns the object; ok is false, and v its zero value, if there is none.
func (o Object[T]) Value() (v T, ok bool) { return o.value, o.known }

// UnmarshalJSON takes what T does, null and "".
func (o *Object[T]) UnmarshalJSON(data []byte) error {
	*o = Object[T]{}
	if isNothing(data) {
		return nil
	}
	o.known = true
	return unmarshal(data, &o.value)
}

// Values is a list within an answer whose elements stand or fall together. nil stands for a
// field that is missing, null or "".
type Values[T any] []T

// UnmarshalJSON takes a list of what T takes, null and "".
func (v *Values[T]) UnmarshalJSON(data []byte) error {
	*v = nil
	if isNothing(data) {
		return nil
	}
	return unmarshal(data, (*[]T)(v))
}

// Map is an object within an answer whose keys are ids. nil stands for a field that is
// missing, null or "".
type Map[T any] map[string]T

// UnmarshalJSON takes an object of what T takes, null and "".
func (m *Map[T]) UnmarshalJSON(data []byte) error {
	*m = nil
	if isNothing(data) {
		return nil
	}
	return unmarshal(data, (*map[string]T)(m))
}
