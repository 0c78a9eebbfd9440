//! Which keys and parameters are personal by their name.

/// Why a value must not be kept as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// E-mail, phone, name or part of an address.
    Personal,
    /// An IP address.
    Ip,
    /// Grants access to something.
    Secret,
    /// Personal, in a form of its own.
    Opaque,
}

/// The parts of a name or an address, without case, `_` and `-`.
const PERSONAL: [&str; 24] = [
    "firstname",
    "lastname",
    "middlename",
    "fullname",
    "givenname",
    "familyname",
    "surname",
    "username",
    "street",
    "streetaddress",
    "address",
    "address1",
    "address2",
    "addressline1",
    "addressline2",
    "postalcode",
    "postcode",
    "zip",
    "zipcode",
    "city",
    "birthdate",
    "birthday",
    "dateofbirth",
    "dob",
];
/// A plain `name` is a person's at the top and inside these; elsewhere products and lists have names too.
const PERSONS: [&str; 8] =
    ["billing", "buyer", "contact", "customer", "person", "recipient", "shipping", "user"];
const IPS: [&str; 6] = ["ip", "uip", "ipoverride", "ipaddress", "clientip", "remoteaddr"];
const SECRETS: [&str; 13] = [
    // Amazon's measurement tokens single out a click.
    "aref",
    "arefs",
    "amznaref",
    "apikey",
    "apisecret",
    "accesstoken",
    "amzntoken",
    "aattoken",
    "authorization",
    "password",
    "secret",
    "token",
    "writekey",
];
/// GA4's hashed and encrypted user data: `em` also holds city and postal code in plain.
const OPAQUE: [&str; 4] = ["em", "eme", "xgaem", "xgamp2eme"];

/// The kind of the value at a path of keys.
pub(super) fn kind(path: &[&str]) -> Option<Kind> {
    let (last, parents) = path.split_last()?;
    let last = plain(last);
    let last = last.as_str();
    let inside = |key: &str| parents.iter().any(|parent| plain(parent) == key);
    // The country alone points at nobody, and the debugger needs it to explain consent.
    if last == "country" || inside("tagmetadata") {
        None
    } else if IPS.contains(&last) {
        Some(Kind::Ip)
    } else if SECRETS.contains(&last) {
        Some(Kind::Secret)
    } else if OPAQUE.contains(&last) && parents.is_empty() {
        Some(Kind::Opaque)
    } else if PERSONAL.contains(&last)
        || last == "name" && parents.last().is_none_or(|parent| PERSONS.contains(&plain(parent).as_str()))
        || names_contact(last)
        || parents.iter().any(|parent| names_contact(&plain(parent)))
        || inside("userdata")
        || inside("address")
    {
        Some(Kind::Personal)
    } else {
        None
    }
}

/// Whether a key is of an e-mail address or a phone number, or of several of them.
fn names_contact(key: &str) -> bool {
    key.contains("email") || key.contains("phone")
}

/// The kind of a query or form parameter: GA4's prefixes do not count, `user_data[city]` is a path. `key` is
/// how a page hands its write key over.
pub(super) fn parameter_kind(name: &str) -> Option<Kind> {
    if name == "key" {
        return Some(Kind::Secret);
    }
    let path: Vec<&str> = name.split(['.', '[', ']']).filter(|key| !key.is_empty()).collect();
    let own = matches!(path.first(), Some(&("ep" | "epn" | "up" | "upn"))) && path.len() > 1;
    kind(if own { &path[1..] } else { &path })
}

fn plain(key: &str) -> String {
    key.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_every_spelling_are_recognised() {
        for path in [
            "email",
            "customerEmail",
            "name",
            "customer.name",
            "phone.0",
            "contact_emails.0.value",
            "user_data.anything",
            "user_data.address.0.city",
            "First-Name",
        ] {
            assert_eq!(parameter_kind(path), Some(Kind::Personal), "{path}");
        }
        for name in ["ep.user_data.address.first_name", "user_data[phone_number]", "epn.phone", "up.dob"] {
            assert_eq!(parameter_kind(name), Some(Kind::Personal), "{name}");
        }
        for (name, kind) in
            [("_uip", Kind::Ip), ("ep.ip_override", Kind::Ip), ("key", Kind::Secret), ("em", Kind::Opaque)]
        {
            assert_eq!(parameter_kind(name), Some(kind), "{name}");
        }
        for name in [
            "user_data.address.country",
            "item_name",
            "item.name",
            "ep.key",
            "page_location",
            "tid",
            "zipper",
        ] {
            assert_eq!(parameter_kind(name), None, "{name}");
        }
    }
}
