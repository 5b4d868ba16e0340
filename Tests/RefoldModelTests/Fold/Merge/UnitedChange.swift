import RefoldBytes
import RefoldModel

/// The copies of one event made one (FOLD R13), as leaves (R20c).
struct UnitedChange {
    /// One thing that an event says something of.
    struct Leaf: Hashable, Comparable {
        enum Part: Hashable {
            case whole
            case touch
            case component(String)
            case diff
        }
        var field: String
        var part: Part

        /// Whole values before touches, touches before components and diffs.
        static func < (left: Leaf, right: Leaf) -> Bool {
            (left.field, left.rank, left.name) < (right.field, right.rank, right.name)
        }
        private var rank: Int {
            switch part {
            case .whole: 0
            case .touch: 1
            case .component: 2
            case .diff: 3
            }
        }
        private var name: String {
            if case .component(let name) = part { name } else { "" }
        }
    }
    let order: MadeChange.Order
    let kind: ChangeKind
    let copies: Int
    let hasUpdate: Bool
    let hasBitmapFailure: Bool
    /// What is said of each leaf; nil is a removal.
    private(set) var leaves: [Leaf: JSONValue?] = [:]

    /// The copies; at least one.
    init(_ copies: [MadeChange]) {
        order = copies[0].order
        kind = copies.map(\.kind).min { $0.rawValue < $1.rawValue } ?? .update
        self.copies = copies.count
        hasUpdate = copies.contains { $0.kind == .update }
        hasBitmapFailure = copies.contains(where: \.hasBitmapFailure)
        for copy in copies {
            for (leaf, value) in copy.leaves {
                if let other = leaves[leaf], Self.text(other) <= Self.text(value) { continue }
                leaves[leaf] = value
            }
        }
        hide()
    }

    private static func text(_ value: JSONValue?) -> ByteString { value?.canonical ?? "null" }

    /// A whole value hides the field's other leaves, a touch a diff.
    private mutating func hide() {
        let wholes = Set(leaves.keys.filter { $0.part == .whole }.map(\.field))
        let touched = Set(leaves.keys.filter { $0.part == .touch }.map(\.field))
        leaves = leaves.filter { leaf, _ in
            if leaf.part != .whole, wholes.contains(leaf.field) { return false }
            return leaf.part != .diff || !touched.contains(leaf.field)
        }
    }
}

extension MadeChange {
    private var isFull: Bool { kind == .create || kind == .snapshot || kind == .undelete }

    var hasBitmapFailure: Bool {
        kind == .update && ((changed ?? []) + (nulled ?? [])).contains { $0.hasPrefix("0x") }
    }

    /// What this event alone says; nil is a removal.
    var leaves: [UnitedChange.Leaf: JSONValue?] {
        var said: [UnitedChange.Leaf: JSONValue?] = [:]
        if isFull {
            for (name, value) in body where value != .null {
                merge(name, value, removesNulls: false, into: &said)
            }
        }
        guard kind == .update else { return said }
        let names = changed ?? []
        if !names.isEmpty, !names.contains(where: { $0.hasPrefix("0x") }) {
            for name in names { sayNamed(name, into: &said) }
        } else {
            for (name, value) in body {
                if value != .null {
                    say(name, value, into: &said)
                } else if nulled == nil {
                    said[.init(field: name, part: .whole)] = .some(nil)
                }
            }
        }
        if let nulled, !nulled.contains(where: { $0.hasPrefix("0x") }) {
            for name in nulled { said[Self.leaf(of: name)] = .some(nil) }
        }
        return said
    }

    private static func leaf(of name: String) -> UnitedChange.Leaf {
        guard let dot = name.firstIndex(of: ".") else { return .init(field: name, part: .whole) }
        return .init(field: String(name[..<dot]), part: .component(String(name[name.index(after: dot)...])))
    }

    /// R20a.
    private func sayNamed(_ name: String, into said: inout [UnitedChange.Leaf: JSONValue?]) {
        let leaf = Self.leaf(of: name)
        let value = body.last { $0.name == leaf.field }?.value ?? .null
        guard case .component(let component) = leaf.part else {
            if value == .null { said[leaf] = .some(nil) } else { say(name, value, into: &said) }
            return
        }
        let inner = value[ByteString(component)] ?? .null
        if inner == .null {
            // A set of the same leaf by another name of the list would be the same value.
            said[leaf] = .some(nil)
        } else {
            said[.init(field: leaf.field, part: .touch)] = .some([:])
            said[leaf] = inner
        }
    }

    /// A value that is not null: a diff, an object to merge, or a value to set.
    private func say(_ name: String, _ value: JSONValue, into said: inout [UnitedChange.Leaf: JSONValue?]) {
        if case .object(let object) = value, object.count == 1, let text = object["diff"],
            text.asString != nil
        {
            said[.init(field: name, part: .diff)] = text
        } else if value.asString != nil, isDiff(name, value) {
            said[.init(field: name, part: .diff)] = value
        } else {
            merge(name, value, removesNulls: nulled == nil, into: &said)
        }
    }

    private func isDiff(_ name: String, _ value: JSONValue) -> Bool {
        let names = diffs ?? []
        guard names.contains(where: { $0.hasPrefix("0x") }) else { return names.contains(name) }
        return value.asString?.hasPrefix("--- \n+++ ") ?? false
    }

    private func merge(
        _ name: String,
        _ value: JSONValue,
        removesNulls: Bool,
        into said: inout [UnitedChange.Leaf: JSONValue?]
    ) {
        guard case .object(let object) = value else {
            said[.init(field: name, part: .whole)] = value
            return
        }
        said[.init(field: name, part: .touch)] = .some([:])
        for (component, inner) in object.members {
            let leaf = UnitedChange.Leaf(field: name, part: .component(component.string))
            if inner != .null { said[leaf] = inner } else if removesNulls { said[leaf] = .some(nil) }
        }
    }
}

/// Diffs between the texts of the tests.
enum MadeDiff {
    /// Texts whose second line changes.
    static let texts = ["one\ntwo", "one\n2", "one\n"]

    /// The diff from one text to another.
    static func text(from old: Int, to new: Int) -> String {
        let hash = SHA256.digest(of: Array(texts[new].utf8)).hex
        func second(_ text: String) -> String {
            String(text.split(separator: "\n", omittingEmptySubsequences: false)[1])
        }
        return "--- \n+++ \(hash)\n@@ -2,1 +2,1 @@\n-\(second(texts[old]))\n+\(second(texts[new]))"
    }

    private static let known: [String: (old: String, new: String)] = {
        var known: [String: (old: String, new: String)] = [:]
        for old in texts.indices {
            for new in texts.indices { known[text(from: old, to: new)] = (texts[old], texts[new]) }
        }
        return known
    }()

    /// The text after a diff; nil when it does not apply.
    static func applied(_ diff: JSONValue?, to stored: JSONValue) -> JSONValue? {
        guard let diff = diff?.asString, let change = known[diff], stored.asString == change.old else {
            return nil
        }
        return .text(change.new)
    }
}
