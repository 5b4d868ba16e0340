package import RefoldBytes

/// What a change event did, in the order of FOLD R13: of copies that differ, the first of this list is the event's.
package enum ChangeKind: UInt8, Sendable, CaseIterable {
    /// A full record.
    case create
    /// The end.
    case delete
    /// The end, without data.
    case gapDelete
    /// A full record.
    case snapshot
    /// A full record.
    case undelete
    /// A creation whose data is lost.
    case gapCreate
    /// An undeletion whose data is lost.
    case gapUndelete
    /// A change whose data is lost.
    case gapUpdate
    /// A change.
    case update
    /// Lost changes of a whole entity; touches no aggregate (R12).
    case gapOverflow

    /// The word as events carry it.
    package var word: ByteString {
        switch self {
        case .create: "CREATE"
        case .delete: "DELETE"
        case .gapDelete: "GAP_DELETE"
        case .snapshot: "SNAPSHOT"
        case .undelete: "UNDELETE"
        case .gapCreate: "GAP_CREATE"
        case .gapUndelete: "GAP_UNDELETE"
        case .gapUpdate: "GAP_UPDATE"
        case .update: "UPDATE"
        case .gapOverflow: "GAP_OVERFLOW"
        }
    }

    /// Whether it carries the full record (R16).
    package var isFull: Bool { self == .create || self == .snapshot || self == .undelete }

    /// Whether it ends the aggregate (R18).
    package var isDelete: Bool { self == .delete || self == .gapDelete }
}

/// The kinds that copies of one event had, as a set.
package struct ChangeKinds: OptionSet, Sendable, BitwiseCopyable {
    /// One bit a kind, in its order.
    package let rawValue: UInt16

    /// A set of bits.
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// One kind.
    package init(_ kind: ChangeKind) { rawValue = 1 << kind.rawValue }

    // Computed, since a stored constant of a set costs a look whether it is made at each use.

    /// The kinds with a full record.
    package static var full: ChangeKinds {
        ChangeKinds(.create).union(ChangeKinds(.snapshot)).union(ChangeKinds(.undelete))
    }
    /// The kinds that set the whole state.
    package static var base: ChangeKinds { full.union(ChangeKinds(.delete)).union(ChangeKinds(.gapDelete)) }
    /// The gaps that revive a deleted aggregate.
    package static var revivals: ChangeKinds { ChangeKinds(.gapCreate).union(ChangeKinds(.gapUndelete)) }
    /// The gaps without data that leave the state as it is.
    package static var gaps: ChangeKinds { revivals.union(ChangeKinds(.gapUpdate)) }
    /// A change.
    package static var update: ChangeKinds { ChangeKinds(.update) }

    /// The event's kind: the first of the set (R13).
    package var kind: ChangeKind {
        ChangeKind(rawValue: UInt8(truncatingIfNeeded: rawValue.trailingZeroBitCount)) ?? .update
    }
}
