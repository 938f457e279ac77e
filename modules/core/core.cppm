/// kobie.core: what every other module speaks of. Names with values, status codes, errors.
export module kobie.core;

export import :errors;
export import :names;
export import :status;
