"""The table of problem types, one row a type; each has a page below /problems/."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProblemType:
    """A kind of refusal: its name in the URL, status, title, cause and fix."""

    name: str
    status: int
    title: str
    cause: str
    fix: str


PROBLEM_TYPES = {
    kind.name: kind
    for kind in (
        ProblemType(
            "malformed-json",
            400,
            "The body is not JSON",
            "The request's body could not be read as JSON in UTF-8.",
            "Send one JSON object, with Content-Type: application/json.",
        ),
        ProblemType(
            "bad-request",
            400,
            "The request could not be read",
            "The request is not well-formed HTTP, or names a host that is not served here.",
            "Check the address, the Host header and the length of the request line.",
        ),
        ProblemType(
            "idempotency-key-missing",
            400,
            "An Idempotency-Key is needed",
            "An order is only taken with a key, so that a retry cannot order twice.",
            "Send a new random Idempotency-Key with each order, the same one when you retry it.",
        ),
        ProblemType(
            "invalid-idempotency-key",
            400,
            "The Idempotency-Key cannot be used",
            "The key is empty, longer than 255 characters, or not in ASCII, as headers are.",
            "Send a random string of up to 255 characters, such as a UUID.",
        ),
        ProblemType(
            "not-authenticated",
            401,
            "A token is needed",
            "The call came without a token, or with one that is unknown, expired or revoked.",
            "Send Authorization: Bearer TOKEN with a token that is in force.",
        ),
        ProblemType(
            "permission-denied",
            403,
            "The token may not do this",
            "The token lacks the scope that the call needs.",
            "Use a token with the scope that the detail names.",
        ),
        ProblemType(
            "not-found",
            404,
            "There is no such thing",
            "The address is wrong, or what it names is not there or not yours.",
            "Check the address and whose token you use.",
        ),
        ProblemType(
            "no-held-checkout",
            404,
            "Nothing is held",
            "You hold nothing at the moment; a hold whose time is up counts as none.",
            "Begin a checkout with POST /api/v1/checkout/.",
        ),
        ProblemType(
            "method-not-allowed",
            405,
            "The method is not allowed here",
            "The address exists, but not with this method.",
            "See the Allow header for the methods that do.",
        ),
        ProblemType(
            "not-acceptable",
            406,
            "The answer cannot be had in that form",
            "The API speaks JSON only.",
            "Send Accept: application/json, or none.",
        ),
        ProblemType(
            "precondition-failed",
            412,
            "It was changed meanwhile",
            "None of the tags in If-Match is the one of now, so somebody changed what you saw.",
            "Read it again, look whether your change still makes sense, and send its new ETag.",
        ),
        ProblemType(
            "too-large",
            413,
            "More than one request takes",
            "The body has more bytes, packed or unpacked, or a bulk file more lines than it may.",
            "Send it in several parts; `bytes` and `lines` say how much each may have.",
        ),
        ProblemType(
            "unsupported-media-type",
            415,
            "The body must be JSON",
            "The Content-Type is not application/json, or for bulk jobs application/x-ndjson.",
            "Send Content-Type: application/json; for bulk jobs application/x-ndjson.",
        ),
        ProblemType(
            "validation-error",
            422,
            "Some fields make no sense",
            "A field is missing, unknown or out of range; `errors` names each one.",
            "Mend the fields that `errors` points at.",
        ),
        ProblemType(
            "unknown-parameter",
            422,
            "A query parameter does not exist",
            "The call does not take a parameter of the query, so it would have no effect.",
            "Correct or drop what `parameters` names; the detail lists what the call takes.",
        ),
        ProblemType(
            "idempotency-key-reused",
            422,
            "The Idempotency-Key was used for another request",
            "The key came before, with another body.",
            "Use a new key for a new request; the old one only for retrying the old one.",
        ),
        ProblemType(
            "precondition-required",
            428,
            "If-Match is needed",
            "What replaces a whole thing must say which state of it was seen.",
            "Read it first, and send the ETag that came with it as If-Match.",
        ),
        ProblemType(
            "too-many-holds",
            429,
            "Too many checkouts within an hour",
            "Each checkout keeps units from others, so only so many may be begun in an hour.",
            "Finish a checkout you have begun, or wait.",
        ),
        ProblemType(
            "too-many-streams",
            429,
            "Too many long answers at once",
            "One is on its way to you already, or as many as there may be are to others.",
            "Read one to its end before you ask for the next; else wait as Retry-After says.",
        ),
        ProblemType(
            "throttled",
            429,
            "Too many requests",
            "The token or the address sent more requests than it may.",
            "Wait for as long as Retry-After says.",
        ),
        ProblemType(
            "empty-cart",
            409,
            "The cart is empty",
            "There is nothing to check out.",
            "Put something in the cart first.",
        ),
        ProblemType(
            "out-of-stock",
            409,
            "The item is out of stock",
            "No unit of the item is left, so it cannot be put in a cart.",
            "Try again when `stock` of the item is above zero.",
        ),
        ProblemType(
            "too-many-units",
            409,
            "More units than one may buy at once",
            "The quantity is above what one customer may buy of an item.",
            "Ask for `limit` units at most.",
        ),
        ProblemType(
            "cart-full",
            409,
            "The cart is full",
            "The cart has as many different items as a cart may have.",
            "Order what is in it first, or take something out.",
        ),
        ProblemType(
            "insufficient-stock",
            409,
            "There is not enough stock",
            "Fewer units are left than were wanted. Nothing was changed.",
            "Lower the quantities to what is `left`.",
        ),
        ProblemType(
            "checkout-expired",
            409,
            "The hold is over",
            "The checkout was cancelled or its time is up, so its units are on sale again.",
            "Begin a checkout again; the cart is as it was.",
        ),
        ProblemType(
            "order-already-shipped",
            409,
            "Something of the order has shipped",
            "An order can be cancelled until something of it is on its way.",
            "Send the goods back when they have arrived.",
        ),
        ProblemType(
            "not-that-many",
            409,
            "More units than the order has",
            "A line has fewer units left than were to be cancelled. Nothing was changed.",
            "Cancel at most what is `left`.",
        ),
        ProblemType(
            "order-cancelled",
            409,
            "The order was cancelled",
            "A cancelled warehouse order is neither picked nor shipped.",
            "Put the units back on the shelf; the stock counts them as free already.",
        ),
        ProblemType(
            "reference-conflict",
            409,
            "The delivery was received with another quantity",
            "The reference, warehouse and item were received before, with another quantity.",
            "Check the delivery note; correct the stock with a count if it was wrong.",
        ),
        ProblemType(
            "too-much-stock",
            409,
            "More units than a warehouse can count",
            "The receipt would bring the item above what one warehouse can hold.",
            "Check the quantity; it is most likely a slip of the keyboard.",
        ),
        ProblemType(
            "count-conflict",
            409,
            "The stock changed since it was looked at",
            "The physical stock is no longer what was `expected`.",
            "Read the stock and count again.",
        ),
        ProblemType(
            "sku-exists",
            409,
            "The sku is taken",
            "Another item has this stock keeping unit.",
            "Use another sku, or change the item that has it.",
        ),
        ProblemType(
            "warehouse-exists",
            409,
            "The code is taken",
            "Another warehouse has this code.",
            "Use another code.",
        ),
        ProblemType(
            "too-many-webhooks",
            409,
            "More webhook endpoints than one may have",
            "You have as many webhook endpoints as anybody may have.",
            "Delete one that you need no longer, or have one be told of more events.",
        ),
        ProblemType(
            "cursor-expired",
            410,
            "What came after the cursor is not kept any more",
            "Events are kept for some days only, and the cursor is older than that.",
            "Read again what you need to know, then follow the events without a cursor.",
        ),
        ProblemType(
            "too-many-jobs",
            409,
            "More open bulk jobs than one may have",
            "As many of your jobs as anybody may have wait for their turns.",
            "Wait until one is done, or cancel one.",
        ),
        ProblemType(
            "job-over",
            409,
            "The job has ended",
            "The job is done or failed, so there is nothing left to cancel.",
            "Read its results; what was taken is changed by another job.",
        ),
        ProblemType(
            "idempotency-key-in-use",
            409,
            "The same request is still running",
            "Another request with this Idempotency-Key has not finished yet.",
            "Wait a moment and retry with the same key.",
        ),
        ProblemType(
            "busy",
            503,
            "Busy, please try again",
            "Somebody else's change to the same rows took too long. Nothing was changed.",
            "Try again after as long as Retry-After says.",
        ),
        ProblemType(
            "unavailable",
            503,
            "The shop cannot answer just now",
            "Its database is away, or took too long. Nothing was changed.",
            "Try again after as long as Retry-After says, with the same Idempotency-Key.",
        ),
        ProblemType(
            "internal-error",
            500,
            "Something went wrong here",
            "The fault is ours and was written down. Nothing was changed.",
            "Try again later, with the same Idempotency-Key.",
        ),
    )
}
