import RefoldBytes

extension ProjectionField {
    /// Appends the field's canonical value for an aggregate and says whether there is one.
    ///
    /// When there is none, or when it throws, the caller takes back what was appended.
    func append(of row: ProjectionRow, to output: inout [UInt8]) throws(DocumentReject) -> Bool {
        let mark = output.count
        do throws(DocumentReject) {
            if let value = try sourceValue(row), try append(splitting: value, to: &output) { return true }
        } catch {
            guard error.why == .fieldConversion, onError == .null else { throw error }
            output.removeLast(output.count - mark)
            output.append(contentsOf: "null".utf8)
            return true
        }
        guard let defaultValue else { return false }
        output.append(contentsOf: defaultValue)
        return true
    }

    private func sourceValue(_ row: ProjectionRow) throws(DocumentReject) -> ArraySlice<UInt8>? {
        switch source {
        case .from(let source): row.value(of: source)
        case .constant(let value): value[...]
        case .first(let alternatives): try first(of: alternatives, row)
        case .template(let parts): try text(of: parts, row)
        }
    }

    /// The first alternative that gives a value.
    ///
    /// One that does not convert is passed over, so that a field of two JSON types can be read by one alternative for each;
    /// when no later one gives a value, its failure counts.
    private func first(
        of alternatives: [ProjectionField],
        _ row: ProjectionRow
    ) throws(DocumentReject) -> ArraySlice<UInt8>? {
        var failure: DocumentReject?
        for alternative in alternatives {
            var value: [UInt8] = []
            do throws(DocumentReject) {
                if try alternative.append(of: row, to: &value) { return value[...] }
            } catch {
                guard error.why == .fieldConversion else { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return nil
    }

    private func text(
        of parts: [TemplatePart],
        _ row: ProjectionRow
    ) throws(DocumentReject) -> ArraySlice<UInt8>? {
        var text: [UInt8] = []
        var failure: DocumentReject?
        for part in parts {
            switch part {
            case .text(let fixed): text.append(contentsOf: fixed.bytes)
            case .source(let source):
                guard let value = row.value(of: source) else { return nil }
                if let scalar = CanonicalText.scalarText(value) {
                    text.append(contentsOf: scalar)
                } else {
                    failure = failure ?? refuses(value, "a template takes no")
                }
            }
        }
        if let failure { throw failure }
        return CanonicalText.quoted(text[...])[...]
    }

    private func append(
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
                        detail: "field \(name): map does not name the value"
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

    /// Names the field and the value's kind, never the value.
    private func refuses(_ value: ArraySlice<UInt8>, _ reason: String) -> DocumentReject {
        DocumentReject(
            why: .fieldConversion,
            detail: "field \(name): \(reason) \(CanonicalText.kind(of: value))"
        )
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
