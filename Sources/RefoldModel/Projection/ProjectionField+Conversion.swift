import RefoldBytes

extension ProjectionField {
    /// Appends a value split, mapped and converted as the field says; false: nothing is left of it.
    func append(
        splitting value: ArraySlice<UInt8>,
        to output: inout [UInt8]
    ) throws(DocumentReject) -> Bool {
        guard let separator = split, CanonicalText.kind(of: value) != .list else {
            return try append(mapping: value, to: &output)
        }
        guard CanonicalText.kind(of: value) == .text, let text = CanonicalText.scalarText(value) else {
            throw refuses(value, "split takes no")
        }
        let parts = text.parts(between: separator.bytes).map { CanonicalText.quoted($0)[...] }
        return try append(list: parts, to: &output)
    }

    /// `map` and `type` act on each element of a list.
    private func append(
        mapping value: ArraySlice<UInt8>,
        to output: inout [UInt8]
    ) throws(DocumentReject) -> Bool {
        guard map != nil || type != nil else {
            output.append(contentsOf: value)
            return true
        }
        switch CanonicalText.kind(of: value) {
        case .list:
            let elements = CanonicalText.elements(of: value)
            guard elements.isEmpty else { return try append(list: elements, to: &output) }
            output.append(contentsOf: value)
        case .null: output.append(contentsOf: value)
        case .boolean, .number, .text, .object: return try append(mappingOne: value, to: &output)
        }
        return true
    }

    /// A list of which no element is left gives no value.
    private func append(
        list elements: [ArraySlice<UInt8>],
        to output: inout [UInt8]
    ) throws(DocumentReject) -> Bool {
        output.append(UInt8(ascii: "["))
        let start = output.count
        for element in elements {
            let mark = output.count
            if mark > start { output.append(UInt8(ascii: ",")) }
            if try !appendOrNull(element, to: &output) { output.removeLast(output.count - mark) }
        }
        guard output.count > start else {
            output.removeLast()
            return false
        }
        output.append(UInt8(ascii: "]"))
        return true
    }

    /// With `onError: null` one bad element is null, and the others stay.
    private func appendOrNull(
        _ element: ArraySlice<UInt8>,
        to output: inout [UInt8]
    ) throws(DocumentReject) -> Bool {
        let mark = output.count
        do throws(DocumentReject) {
            return try append(mapping: element, to: &output)
        } catch {
            guard error.why == .fieldConversion, onError == .null else { throw error }
            output.removeLast(output.count - mark)
            output.append(contentsOf: "null".utf8)
            return true
        }
    }

    private func append(
        mappingOne value: ArraySlice<UInt8>,
        to output: inout [UInt8]
    ) throws(DocumentReject) -> Bool {
        var value = value
        if let map {
            let text = CanonicalText.scalarText(value).map { ByteString(copying: $0) }
            if let mapped = text.flatMap({ map[$0] }) {
                value = mapped.canonical.bytes[...]
            } else {
                switch unmapped {
                case .keep: break
                case .null: value = Array("null".utf8)[...]
                case .reject:
                    throw DocumentReject(
                        why: .unmappedValue,
                        detail: "field \(name): map does not name the value",
                        field: name
                    )
                case .default:
                    guard let defaultValue else { return false }
                    output.append(contentsOf: defaultValue)
                    return true
                }
            }
        }
        if let type, CanonicalText.kind(of: value) != .null {
            guard let converted = ValueConversion.converted(value, to: type) else {
                throw refuses(value, "\(type.rawValue) takes no such")
            }
            value = converted
        }
        output.append(contentsOf: value)
        return true
    }
}

extension ArraySlice<UInt8> {
    /// The parts between separators that are not empty.
    fileprivate func parts(between separator: [UInt8]) -> [ArraySlice<UInt8>] {
        guard let first = separator.first else { return isEmpty ? [] : [self] }
        var parts: [ArraySlice<UInt8>] = []
        var start = startIndex
        var place = startIndex
        while place < endIndex {
            guard self[place] == first, self[place...].starts(with: separator) else {
                place += 1
                continue
            }
            if start < place { parts.append(self[start..<place]) }
            place += separator.count
            start = place
        }
        if start < endIndex { parts.append(self[start...]) }
        return parts
    }
}
