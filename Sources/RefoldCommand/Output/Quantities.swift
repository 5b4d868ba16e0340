/// Bytes in the unit that leaves at most four digits: `88.3 MB`.
package func byteText(_ bytes: Int) -> String {
    var value = Double(bytes)
    for unit in ["bytes", "kB", "MB", "GB"] {
        if value < 1000 { return unit == "bytes" ? "\(bytes) bytes" : "\(tenths(value)) \(unit)" }
        value /= 1000
    }
    return "\(tenths(value)) TB"
}

/// Seconds as people say them: `0.4s`, `12s`, `9m12s`, `2h05m`.
package func durationText(seconds: Double) -> String {
    guard seconds >= 10 else { return "\(tenths(max(0, seconds)))s" }
    let whole = Int(min(seconds, 1e9).rounded())
    if whole < 60 { return "\(whole)s" }
    if whole < 3600 { return "\(whole / 60)m\(twoDigits(whole % 60))s" }
    return "\(whole / 3600)h\(twoDigits(whole / 60 % 60))m"
}

/// Milliseconds as people say them.
package func durationText(_ milliseconds: Int64) -> String {
    durationText(seconds: Double(milliseconds) / 1000)
}

/// How long a run worked and, when it lay still in between, how long it is since it began.
package func tookText(_ worked: Int64, since elapsed: Int64?) -> String {
    // What passes between two phases is no pause.
    guard let elapsed, elapsed - max(0, worked) >= 1000 else { return durationText(worked) }
    return "\(durationText(worked)) (\(durationText(elapsed)) since it began)"
}

private func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
}

private func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
