internal import RefoldBytes

extension YAMLNode {
    /// Why a value cannot be set.
    struct SettingRefusal: Error {
        var message: String
        var column: Int
        var fix: String?
    }

    /// Sets the value at a path; keys that are not there are made, for the decoder to judge.
    mutating func set(
        _ steps: ArraySlice<SetOverride.Step>,
        to value: YAMLNode,
        from source: ManifestSource
    ) throws(SettingRefusal) {
        guard let step = steps.first else {
            self = value
            return
        }
        switch step {
        case .key(let name, let column): try set(key: name, column, steps.dropFirst(), value, source)
        case .index(let index, let column): try set(index: index, column, steps.dropFirst(), value, source)
        }
    }

    private mutating func set(
        key name: String,
        _ column: Int,
        _ rest: ArraySlice<SetOverride.Step>,
        _ value: YAMLNode,
        _ source: ManifestSource
    ) throws(SettingRefusal) {
        var pairs: [Pair]
        switch content {
        case .mapping(let present): pairs = present
        case .scalar(.null): pairs = []
        case .scalar, .sequence:
            throw SettingRefusal(
                message:
                    "`\(name)` cannot be set here: the manifest has \(elements == nil ? "a value" : "a list") in its place",
                column: column,
                fix: elements == nil ? nil : "name an element first: [0]"
            )
        }
        let mark = source.optionMark(column, width: name.unicodeScalars.count)
        let place = pairs.firstIndex { $0.key == ByteString(name) }
        var child = place.map { pairs[$0].value } ?? YAMLNode(.scalar(.null), from: mark, to: 1)
        try child.set(rest, to: value, from: source)
        if let place {
            pairs[place].value = child
        } else {
            pairs.append(Pair(key: ByteString(name), keyMark: mark, value: child))
        }
        content = .mapping(pairs)
    }

    private mutating func set(
        index: Int,
        _ column: Int,
        _ rest: ArraySlice<SetOverride.Step>,
        _ value: YAMLNode,
        _ source: ManifestSource
    ) throws(SettingRefusal) {
        guard case .sequence(var elements) = content else {
            throw SettingRefusal(message: "there is no list to take [\(index)] of", column: column)
        }
        guard elements.indices.contains(index) else {
            throw SettingRefusal(
                message: "the list has \(elements.count) elements, no [\(index)]",
                column: column,
                fix: elements.isEmpty ? nil : "the last one is [\(elements.count - 1)]"
            )
        }
        try elements[index].set(rest, to: value, from: source)
        content = .sequence(elements)
    }
}

extension ManifestSource {
    /// The place of a character of an option's argument.
    func optionMark(_ column: Int, width: Int) -> SourceMark {
        SourceMark(source: self, line: 1, column: argumentColumn + column + 1, width: max(1, width))
    }
}
