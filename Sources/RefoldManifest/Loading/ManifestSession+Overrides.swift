internal import RefoldBytes

extension ManifestSession {
    /// Lays `REFOLD_TARGET`, `--target` and then each `--set` over a job's tree.
    mutating func override(_ root: inout YAMLNode, with overrides: [SetOverride], target: String?) {
        if let target {
            setTarget(&root, "--target ", target)
        } else if let target = environment["REFOLD_TARGET"], !target.isEmpty {
            setTarget(&root, "REFOLD_TARGET=", target)
        }
        for override in overrides { apply(override, to: &root) }
    }

    /// Reports overrides of a manifest that is no job.
    mutating func refuse(_ overrides: [SetOverride], of kind: ManifestKind) {
        for override in overrides {
            let source = ManifestSource(
                option: "--set ",
                argument: override.argument,
                value: "",
                directory: workingDirectory
            )
            reading.hide(source)
            reading.report(
                .override,
                "--set changes jobs, this is a \(kind.rawValue)",
                at: source.optionMark(0, width: 1),
                fix: "leave --set out, or name a job"
            )
        }
    }

    private mutating func setTarget(_ root: inout YAMLNode, _ option: String, _ path: String) {
        let source = ManifestSource(option: option, argument: path, value: path, directory: workingDirectory)
        let mark = source.optionMark(0, width: path.unicodeScalars.count)
        replace("target", of: &root, with: YAMLNode(.scalar(.text(path)), from: mark, to: 1), keyMark: mark)
    }

    private mutating func apply(_ override: SetOverride, to root: inout YAMLNode) {
        let parts: (steps: [SetOverride.Step], value: String)
        do {
            parts = try override.parsed()
        } catch {
            let source = ManifestSource(
                option: "--set ",
                argument: override.argument,
                value: "",
                directory: workingDirectory
            )
            // Half an option may be half a secret.
            reading.hide(source)
            reading.report(
                .override,
                "--set takes path=value: \(error.message)",
                at: source.optionMark(error.column, width: 1),
                fix: "for example --set rejects.budget=5"
            )
            return
        }
        let source = ManifestSource(
            option: "--set ",
            argument: override.argument,
            value: parts.value,
            directory: workingDirectory
        )
        guard var value = value(of: source) else { return }
        let isSecret = parts.steps.contains {
            if case .key(let name, _) = $0 { SecretLines.isSecret(name) } else { false }
        }
        if isSecret || parts.value.contains("@") { reading.hide(source) }
        if value.lastLine == 0 { value.lastLine = 1 }
        if case .key("target", let column) = parts.steps.first, replacesTarget(root["target"], parts.steps) {
            let mark = source.optionMark(column, width: 6)
            replace("target", of: &root, with: YAMLNode(.mapping([]), from: mark, to: 1), keyMark: mark)
        }
        if case .key("archive", _) = parts.steps.first, parts.steps.count > 1 { spellOutArchive(in: &root) }
        do {
            try root.set(parts.steps[...], to: value, from: source)
        } catch {
            reading.report(
                .override,
                error.message,
                at: source.optionMark(error.column, width: 1),
                fix: error.fix
            )
        }
    }

    /// An archive in its short form is the location alone: another key of it stands beside that.
    private func spellOutArchive(in root: inout YAMLNode) {
        guard case .mapping(var pairs) = root.content,
            let place = pairs.firstIndex(where: { $0.key == "archive" }), pairs[place].value.text != nil
        else { return }
        let location = pairs[place].value
        let url = YAMLNode.Pair(key: "url", keyMark: location.mark, value: location)
        pairs[place].value = YAMLNode(.mapping([url]), from: location.mark, to: location.lastLine)
        root.content = .mapping(pairs)
    }

    /// `target.X=…` replaces the whole choice; a deeper path changes the choice that is there, if it is the same.
    private func replacesTarget(_ target: YAMLNode?, _ steps: [SetOverride.Step]) -> Bool {
        guard steps.count > 1, case .key(let place, _) = steps[1],
            ["embedded", "file", "opensearch"].contains(place)
        else { return false }
        return steps.count == 2 || target?[place] == nil
    }

    private func replace(_ key: String, of root: inout YAMLNode, with value: YAMLNode, keyMark: SourceMark) {
        guard case .mapping(var pairs) = root.content else { return }
        if let place = pairs.firstIndex(where: { $0.key == ByteString(key) }) {
            pairs[place].value = value
        } else {
            pairs.append(.init(key: ByteString(key), keyMark: keyMark, value: value))
        }
        root.content = .mapping(pairs)
    }

    /// The value of an option as YAML; an empty one is null.
    private mutating func value(of source: ManifestSource) -> YAMLNode? {
        do {
            _ = try YAMLText.checked(source.bytes)
        } catch {
            reading.hide(source)
            reading.report(
                .override,
                "the value of --set is not taken: \(error.message)",
                at: source.optionMark(0, width: 1),
                fix: "write the value as YAML, quoted for the shell"
            )
            return nil
        }
        let hadErrors = reading.hasErrors
        if let node = reading.parse(source) { return node }
        reading.hide(source)
        return hadErrors || !reading.hasErrors ? YAMLNode(.null, at: source.optionMark(0, width: 1)) : nil
    }
}
