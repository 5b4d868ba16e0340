/// What one event, or a state, says of one leaf of one field (FOLD R20c).
///
/// A field has a whole value, set or removed; a touch as an object; components, each set or removed; and diffs.
struct Leaf: BitwiseCopyable {
    /// Number of the field's name.
    var field: UInt32
    /// Which leaf of the field: ``whole``, ``touch``, ``diff``, or a component's name from ``firstComponent`` on.
    var slot: UInt32
    /// Index of the order key that said it.
    var key: UInt32
    /// Offset of the canonical value text.
    var start: UInt32
    /// Bytes of the value; ``removed`` for a removal.
    var length: Int32

    static let whole: UInt32 = 0
    static let touch: UInt32 = 1
    static let diff: UInt32 = 2
    static let firstComponent: UInt32 = 3
    static let removed: Int32 = -1

    /// Field and slot as one number: the order of leaves in a state.
    var place: UInt64 { UInt64(field) << 32 | UInt64(slot) }

    var isRemoval: Bool { length < 0 }

    var range: Range<Int> { Int(start)..<Int(start) + Int(max(length, 0)) }
}
