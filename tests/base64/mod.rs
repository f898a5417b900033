//! Base64, as Kubernetes writes Secrets.

/// Encodes bytes with the usual signs, filled up with `=`.
pub fn encode(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let sign = |bits: u32| char::from(SIGNS[(bits & 63) as usize]);
    let of = |part: &[u8]| {
        let bits = part.iter().chain([&0, &0]).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        let all = [18, 12, 6, 0].map(|shift| sign(bits >> shift));
        all.iter().take(part.len() + 1).chain(['='; 2].iter().take(3 - part.len())).collect::<String>()
    };
    bytes.chunks(3).map(of).collect()
}
